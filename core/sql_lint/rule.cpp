#include "core/sql_lint/rule.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::sql_lint {
namespace {

std::vector<Rule> all_groups() {
    std::vector<Rule> all;
    for (const std::span<const Rule> group :
         {destructive_rules(), compatibility_rules(), rewrite_rules(), index_rules(), constraint_rules(),
          transaction_rules(), down_rules(), name_rules(), type_rules(), query_rules(), sqlite_rules(), rebuild_rules(),
          object_rules(), outside_rules(), file_rules(), allow_rules()}) {
        all.insert(all.end(), group.begin(), group.end());
    }
    return all;
}

}  // namespace

std::span<const Rule> rules() {
    static const std::vector<Rule> all = all_groups();
    return all;
}

const Rule* find_rule(std::string_view id) {
    const auto found = std::find_if(rules().begin(), rules().end(), [&](const Rule& rule) { return rule.id == id; });
    return found == rules().end() ? nullptr : &*found;
}

const Rule& require_rule(std::string_view id) {
    if (const Rule* rule = find_rule(id)) return *rule;
    std::vector<std::string> ids;
    for (const Rule& rule : rules()) ids.emplace_back(rule.id);
    const auto near = closest(id, ids);
    throw Error(ErrorCode::usage, fmt::format("there is no lint rule \"{}\"", id),
                near ? fmt::format("did you mean {}?", *near) : "`quarry migrate lint --rules` lists them");
}

bool applies_to(const Rule& rule, sql::Dialect dialect) noexcept {
    if (rule.engines == Engines::both) return true;
    return (rule.engines == Engines::sqlite) == (dialect == sql::Dialect::sqlite);
}

bool Inspection::alters_table_in_use() const {
    return statement().is(Verb::alter, ObjectKind::table) && in_use(statement().name());
}

void Inspection::report(sql::Section place, std::string message, std::string hint) const {
    if (index < statements.size() && !statement().function.empty() && place.start == statement().section.start) {
        message += fmt::format(" (in {}, which is called here)", statement().function);
    }
    findings.push_back({std::string(rule.id), rule.severity, {}, {}, {}, std::move(message), std::move(hint), {}});
    places.push_back(place);
}

}  // namespace quarry::sql_lint
