#include "core/schema/postgresql/order.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "core/schema/postgresql/names.h"

namespace quarry::schema::postgresql {
namespace {

struct Node {
    std::set<Id> needs;   ///< Must be there before.
    std::set<Id> wishes;  ///< Should be there before: what keeps a definition in one piece.
    std::vector<Id> needed_by;
};

/// Sorts topologically: of those that wait for nothing the first; in a cycle, wishes are given up first.
class Sorter {
public:
    explicit Sorter(const Catalog& catalog) {
        for (const auto& [id, object] : catalog.objects) nodes_[id];
        for (const auto& [id, object] : catalog.objects) connect(catalog, object);
        for (const auto& [id, object] : catalog.objects) {
            if (object.attached_to.name.empty() || object.implied) continue;
            nodes_[object.attached_to].needs.insert(table_of(object));
            attached_[object.attached_to].insert(id);
        }
        wait_for_attached(catalog);
        for (auto& [id, node] : nodes_) {
            for (const Id& needed : node.needs) node.wishes.erase(needed);
            for (const Id& needed : node.needs) nodes_[needed].needed_by.push_back(id);
            for (const Id& wished : node.wishes) nodes_[wished].needed_by.push_back(id);
        }
    }

    std::vector<Id> sorted() {
        std::set<std::pair<int, Id>> waiting;
        for (const auto& [id, node] : nodes_) waiting.emplace(level(node), id);
        std::vector<Id> order;
        while (!waiting.empty()) {
            const Id next = waiting.begin()->second;
            waiting.erase(waiting.begin());
            order.push_back(next);
            for (const Id& id : nodes_[next].needed_by) {
                Node& node = nodes_[id];
                const auto found = waiting.find({level(node), id});
                node.needs.erase(next);
                node.wishes.erase(next);
                if (found == waiting.end()) continue;
                waiting.erase(found);
                waiting.emplace(level(node), id);
            }
        }
        return order;
    }

private:
    static int level(const Node& node) { return !node.needs.empty() ? 2 : node.wishes.empty() ? 0 : 1; }

    /// Which of several keys of the same columns serves a foreign key is left to the server: all are there before.
    void need_equal_keys(const Catalog& catalog, const Object& key, Node& node) {
        const auto columns = [](const Object& one) {
            return std::string_view(one.definition).substr(std::min(one.definition.find('('), one.definition.size()));
        };
        const Id first{Kind::constraint, key.id.schema, key.id.table, {}};
        for (auto at = catalog.objects.lower_bound(first); at != catalog.objects.end(); ++at) {
            const Id& id = at->first;
            if (id.kind != first.kind || id.schema != first.schema || id.table != first.table) break;
            if (columns(at->second) == columns(key)) node.needs.insert(id);
        }
    }

    void connect(const Catalog& catalog, const Object& object) {
        Node& node = nodes_[object.id];
        const auto need = [&](std::set<Id>& where, const Id& id) {
            if (id != object.id && nodes_.count(id) > 0) where.insert(id);
        };
        need(node.needs, {Kind::schema, {}, {}, object.id.schema});
        if (object.id.kind == Kind::extension) need(node.needs, {Kind::schema, {}, {}, object.definition});
        for (const Dependency& dependency : object.needs) need(node.needs, dependency.on.object);
        const bool foreign_key = object.id.kind == Kind::constraint && object.definition.starts_with("FOREIGN KEY");
        for (const Dependency& dependency : object.needs) {
            const auto key = catalog.objects.find(dependency.on.object);
            const bool is_key = key != catalog.objects.end() && key->first.kind == Kind::constraint;
            if (foreign_key && is_key) need_equal_keys(catalog, key->second, node);
        }
        const bool of_table = object.id.kind == Kind::column_default ||
                              (object.id.kind == Kind::constraint && !foreign_key && object.attached_to.name.empty());
        if (!of_table) return;
        const Id table = table_id(object.id.schema, object.id.table);
        need(node.needs, table);
        for (const Dependency& dependency : object.needs) {
            const Id& id = dependency.on.object;
            if (id != table && nodes_.count(id) > 0) nodes_[table].wishes.insert(id);
        }
    }

    /// A key is there for others once it is on all partitions.
    void wait_for_attached(const Catalog& catalog) {
        for (const auto& [id, object] : catalog.objects) {
            if (!object.attached_to.name.empty()) continue;
            for (const Dependency& dependency : object.needs) {
                const auto attached = attached_.find(dependency.on.object);
                if (attached == attached_.end()) continue;
                for (const Id& one : attached->second) {
                    if (one != id) nodes_[id].needs.insert(one);
                }
            }
        }
    }

    std::map<Id, Node> nodes_;
    std::map<Id, std::set<Id>> attached_;  ///< Indexes and constraints on partitions, by their parent's.
};

}  // namespace

std::vector<Id> creation_order(const Catalog& catalog) { return Sorter(catalog).sorted(); }

}  // namespace quarry::schema::postgresql
