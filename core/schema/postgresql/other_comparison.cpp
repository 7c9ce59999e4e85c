#include "core/schema/postgresql/other_comparison.h"

#include "core/schema/postgresql/objects.h"

namespace quarry::schema::postgresql {
namespace {

void compare_default_privileges(const Catalog& from, const Catalog& to, Comparison& found) {
    std::set<DefaultPrivileges> keys;
    for (const Catalog* catalog : {&from, &to}) {
        for (const auto& [key, grants] : catalog->default_privileges) keys.insert(key);
    }
    for (const DefaultPrivileges& key : keys) {
        if (privileges_of(from, key) == privileges_of(to, key)) continue;
        found.default_privileges.push_back(key);
        found.changes.push_back({"change_default_privileges", shown(key), {}});
    }
}

void compare_inexpressible(const Catalog& from, const Catalog& to, Comparison& found) {
    const auto differs = [&](const std::string& what, const char* how) {
        found.changes.push_back({"not_written", what, how, false, true});
    };
    for (const auto& [what, definition] : from.inexpressible) {
        const auto after = to.inexpressible.find(what);
        if (after == to.inexpressible.end()) {
            differs(what, "is in the first schema only");
        } else if (after->second != definition) {
            differs(what, "differs");
        }
    }
    for (const auto& [what, definition] : to.inexpressible) {
        if (from.inexpressible.count(what) == 0) differs(what, "is in the second schema only");
    }
}

}  // namespace

void compare_others(const Catalog& from, const Catalog& to, Comparison& found) {
    compare_default_privileges(from, to, found);
    compare_inexpressible(from, to, found);
}

std::vector<std::string> differing_settings(const Object& before, const Object& after) {
    std::vector<std::string> details;
    if (before.clustered != after.clustered) details.emplace_back(after.clustered ? "CLUSTER ON" : "not CLUSTER ON");
    if (!before.replica_identity && after.replica_identity) details.emplace_back("replica identity");
    if (before.statistics_targets != after.statistics_targets) details.emplace_back("statistics targets");
    if (before.column_defaults != after.column_defaults) details.emplace_back("defaults of columns");
    return details;
}

}  // namespace quarry::schema::postgresql
