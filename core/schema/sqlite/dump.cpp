#include "core/schema/sqlite/dump.h"

#include <functional>
#include <set>

namespace quarry::schema::sqlite {
namespace {

/// Objects after those that they need, otherwise as they come.
template <typename Object>
std::vector<const Object*> in_order_of_need(const std::vector<Object>& objects,
                                            const std::function<std::set<std::string>(const Object&)>& needs) {
    std::vector<const Object*> order;
    std::set<std::string> seen;
    const std::function<void(const Object&)> add = [&](const Object& object) {
        if (!seen.insert(fold_name(object.name)).second) return;
        for (const std::string& need : needs(object)) {
            if (const Object* needed = find_object(objects, need)) add(*needed);
        }
        order.push_back(&object);
    };
    for (const Object& object : objects) add(object);
    return order;
}

}  // namespace

std::vector<const Table*> tables_in_order(const Model& model) {
    return in_order_of_need<Table>(model.tables, [](const Table& table) {
        std::set<std::string> parents;
        for (const Constraint& constraint : table.constraints) parents.insert(fold_name(constraint.parent));
        return parents;
    });
}

std::vector<const View*> views_in_order(const Model& model) {
    return in_order_of_need<View>(model.views, [](const View& view) { return view.mentions; });
}

std::vector<std::string> creation_order(const Model& model) {
    std::vector<std::string> statements;
    for (const Table* table : tables_in_order(model)) statements.push_back(table->sql());
    for (const VirtualTable& table : model.virtual_tables) statements.push_back(table.sql());
    for (const Index& index : model.indexes) statements.push_back(index.sql());
    for (const View* view : views_in_order(model)) statements.push_back(view->sql());
    for (const Trigger& trigger : model.triggers) statements.push_back(trigger.sql());
    return statements;
}

std::string dump_model(const Model& model) {
    std::string text;
    bool table_before = false;
    for (const std::string& statement : creation_order(model)) {
        const bool long_one = statement.find('\n') != std::string::npos;
        if (!text.empty() && (long_one || table_before)) text += "\n";
        text += statement + ";\n";
        table_before = long_one;
    }
    return text;
}

}  // namespace quarry::schema::sqlite
