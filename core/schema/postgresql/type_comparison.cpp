#include "core/schema/postgresql/type_comparison.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/schema/postgresql/names.h"

namespace quarry::schema::postgresql {
namespace {

/// Whether an object is a table or a type that needs the other one.
bool holds(const Object& object, const Id& id) {
    if (object.id.kind != Kind::table && !is_type(object.id.kind)) return false;
    return std::any_of(object.needs.begin(), object.needs.end(),
                       [&](const Dependency& dependency) { return dependency.on.object == id; });
}

}  // namespace

bool is_stored(const Catalog& catalog, const Id& type) {
    return std::any_of(catalog.objects.begin(), catalog.objects.end(),
                       [&](const auto& entry) { return holds(entry.second, type); });
}

std::vector<std::string> lost_attributes(const Catalog& from, const Catalog& to, const Id& type) {
    std::vector<std::string> lost;
    const std::vector<Column>& after = to.composites.at(type);
    for (const Column& attribute : from.composites.at(type)) {
        const bool kept =
            std::any_of(after.begin(), after.end(), [&](const Column& c) { return c.name == attribute.name; });
        if (!kept) lost.push_back(attribute.name);
    }
    return lost;
}

bool loses_values(const Catalog& from, const Catalog& to, const Id& id) {
    if (id.kind == Kind::composite_type) return !lost_attributes(from, to, id).empty();
    if (id.kind != Kind::enum_type) return false;
    const auto& after = to.enums.at(id);
    return std::any_of(from.enums.at(id).begin(), from.enums.at(id).end(), [&](const std::string& value) {
        return std::find(after.begin(), after.end(), value) == after.end();
    });
}

void require_no_column_of_collation(const Catalog& from, const Catalog& to, const Id& collation) {
    const bool stays = std::any_of(from.objects.begin(), from.objects.end(), [&](const auto& entry) {
        const auto after = to.objects.find(entry.first);
        return after != to.objects.end() && holds(entry.second, collation) && holds(after->second, collation);
    });
    if (!stays) return;
    throw Error(ErrorCode::failed, fmt::format("cannot change the collation {} of columns", shown(collation)),
                "in a migration written by hand: create another collation, and give it to the columns")
        .because("a collation in use cannot be altered or dropped");
}

bool only_adds_values(const std::vector<std::string>& from, const std::vector<std::string>& to) {
    std::size_t found = 0;
    for (const std::string& value : to) {
        if (found < from.size() && from[found] == value) ++found;
    }
    return found == from.size();
}

}  // namespace quarry::schema::postgresql
