#include "core/sql_lint/lint.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_set>

#include "core/base/text.h"
#include "core/sql_lint/nested.h"
#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

using Statements = std::vector<Statement>;

/// The statements of a script, each followed by those within it.
Statements read_script(sql::Dialect dialect, const Script& script, NestedStatements& nested) {
    Statements statements;
    statements.reserve(script.statements.size());
    for (const sql::Section& section : script.statements) {
        Statement statement = read_statement(dialect, script.source, section);
        Statements within;
        if (dialect == sql::Dialect::postgresql) {
            const std::string_view text = script.source.text.substr(section.start, section.end - section.start);
            statement.outside = sql::outside_effects(text).effects;
            within = nested.in(statement, script.source);
            nested.define(statement, script.source);
        }
        statements.push_back(std::move(statement));
        std::move(within.begin(), within.end(), std::back_inserter(statements));
    }
    return statements;
}

/// The rules that are asked, by the options.
std::vector<const Rule*> enabled_rules(const LintOptions& options) {
    std::unordered_set<std::string_view> on;
    std::unordered_set<std::string_view> off;
    for (const std::string& id : options.on) on.insert(id == "all" ? "all" : require_rule(id).id);
    for (const std::string& id : options.off) off.insert(require_rule(id).id);
    std::vector<const Rule*> enabled;
    for (const Rule& rule : rules()) {
        const bool wanted = rule.by_default || on.contains("all") || on.contains(rule.id);
        if (wanted && !off.contains(rule.id) && applies_to(rule, options.dialect)) enabled.push_back(&rule);
    }
    return enabled;
}

/// Tables that a statement creates, and those that are renamed, among those created before it.
void track_fresh_tables(const Statement& statement, std::set<std::string>& fresh) {
    if (statement.is(Verb::create, ObjectKind::table) && !statement.if_not_exists) fresh.insert(statement.name().key());
    if (!statement.is(Verb::alter, ObjectKind::table)) return;
    for (const Action& action : statement.actions) {
        if (action.kind == Action::Kind::rename_table && fresh.erase(statement.name().key()) > 0) {
            fresh.insert(action.new_name.key());
        }
    }
}

/// Findings of one script with their places as byte ranges, until lines are counted.
struct ScriptFindings {
    std::vector<Finding> findings;
    std::vector<sql::Section> places;
};

/// Sorts by place and counts lines, once for all of them.
void take_over(ScriptFindings& found, const sql::SourceText& source, std::vector<Finding>& all) {
    if (found.findings.empty()) return;
    const LineIndex lines(source.text);
    const auto place = [&](std::size_t offset) {
        offset = std::min(offset, source.text.size());
        const std::size_t line = lines.line_of(offset);
        const std::size_t start = lines.line_start(line);
        return sql::Place{line, count_code_points(source.text.substr(start, offset - start)) + 1};
    };
    std::vector<std::size_t> order(found.findings.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return found.places[a].start < found.places[b].start; });
    std::set<std::tuple<std::string, std::size_t, std::string>> known;  // WITH is seen whole and in parts.
    for (const std::size_t i : order) {
        const Finding& one = found.findings[i];
        if (!known.insert({one.rule, found.places[i].start, one.message}).second) continue;
        Finding& finding = found.findings[i];
        finding.path = source.name;
        finding.start = place(found.places[i].start);
        finding.end = place(std::max(found.places[i].end, found.places[i].start));
        all.push_back(std::move(finding));
    }
}

/// Asks the rules about one migration after the other.
class Linter {
public:
    explicit Linter(const LintOptions& options)
        : options_(options), enabled_(enabled_rules(options)), history_(options.dialect) {
        if (options_.server_version == 0) {
            options_.server_version = options.dialect == sql::Dialect::sqlite ? 3040 : 12;
        }
    }

    void read(const Migration& migration) {
        const Statements up = read_script(options_.dialect, migration.up, nested_);
        if (!migration.reported) {
            for (const Statement& statement : up) history_.apply(statement);
            return;
        }
        NestedStatements on_the_way_down = nested_;
        const Statements down =
            migration.has_down ? read_script(options_.dialect, migration.down, on_the_way_down) : Statements();
        std::vector<Finding> found;
        ScriptFindings in_up;
        ScriptFindings in_down;
        std::set<std::string> fresh;
        Objects existed;
        Objects touched;
        const ScriptIndex in_way_up(up), in_way_down(down);
        for (std::size_t i = 0; i < up.size(); ++i) {
            ask({migration, migration.up, up, down, up, i, in_way_up, history_, fresh, existed}, in_up,
                {Scope::up_statement, Scope::any_statement});
            track_existing(up[i], touched, existed);
            history_.apply(up[i]);
            track_fresh_tables(up[i], fresh);
        }
        ask({migration, migration.up, up, down, up, 0, in_way_up, history_, fresh, existed}, in_up, {Scope::up_script});
        fresh.clear();
        for (std::size_t i = 0; i < down.size(); ++i) {
            ask({migration, migration.down, up, down, down, i, in_way_down, history_, fresh, existed}, in_down,
                {Scope::any_statement});
            track_fresh_tables(down[i], fresh);
        }
        if (migration.has_down) {
            ask({migration, migration.down, up, down, down, 0, in_way_down, history_, fresh, existed}, in_down,
                {Scope::down_script});
        }
        suppress(migration, in_up, in_down);
        take_over(in_up, migration.up.source, found);
        take_over(in_down, migration.down.source, found);
        std::move(found.begin(), found.end(), std::back_inserter(findings_));
    }

    [[nodiscard]] std::vector<Finding> take() { return std::move(findings_); }

private:
    /// What an inspection is made of, but for the rule and where its findings go.
    struct Subject {
        const Migration& migration;
        const Script& script;
        const Statements& up;
        const Statements& down;
        const Statements& statements;
        std::size_t index;
        const ScriptIndex& mentions;
        const History& history;
        const std::set<std::string>& fresh;
        const Objects& existed;
    };

    /// Notes, at the first statement about an object, whether it was there before the migration.
    void track_existing(const Statement& statement, Objects& touched, Objects& existed) const {
        const auto touch = [&](const Name& name, bool must_exist) {
            const std::pair object{statement.object, name.key()};
            if (!touched.insert(object).second) return;
            if (must_exist || history_.knows(statement.object, name)) existed.insert(object);
        };
        const bool existing = statement.verb == Verb::drop || statement.verb == Verb::alter;
        if (!existing && statement.verb != Verb::create) return;
        for (const Name& name : statement.names) touch(name, existing);
        for (const Action& action : statement.actions) {
            if (action.kind == Action::Kind::rename_table) touch(action.new_name, false);
        }
    }

    void ask(const Subject& subject, ScriptFindings& found, std::initializer_list<Scope> scopes) const {
        if (options_.cancel != nullptr) options_.cancel->check();
        for (const Rule* rule : enabled_) {
            if (std::find(scopes.begin(), scopes.end(), rule->scope) == scopes.end()) continue;
            rule->check({subject.migration, subject.script, subject.up, subject.down, subject.statements, subject.index,
                         subject.mentions, subject.history, subject.fresh, subject.existed, options_, *rule,
                         found.findings, found.places});
        }
    }

    [[nodiscard]] const Rule* enabled(std::string_view id) const {
        const auto found =
            std::find_if(enabled_.begin(), enabled_.end(), [&](const Rule* rule) { return rule->id == id; });
        return found == enabled_.end() ? nullptr : *found;
    }

    /// Marks what the file allows, and reports what is wrong with its `allow` comments.
    void suppress(const Migration& migration, ScriptFindings& up, ScriptFindings& down) const {
        for (const AllowedRule& allowed : migration.allowed) {
            if (find_rule(allowed.rule) == nullptr) {
                complain("allow-unknown-rule", fmt::format("there is no rule \"{}\"", allowed.rule),
                         did_you_mean(allowed.rule), allowed, up);
            } else if (allowed.reason.empty()) {
                complain("allow-without-reason", fmt::format("{} is allowed without a reason", allowed.rule),
                         fmt::format("say why it does no harm here: -- quarry:allow {}: reason", allowed.rule), allowed,
                         up);
            } else if (mark(allowed, up) + mark(allowed, down) == 0 && enabled(allowed.rule) != nullptr) {
                complain("allow-unused", fmt::format("nothing here breaks {}", allowed.rule), "remove the line",
                         allowed, up);
            }
        }
    }

    static std::size_t mark(const AllowedRule& allowed, ScriptFindings& found) {
        std::size_t marked = 0;
        for (Finding& finding : found.findings) {
            if (finding.rule != allowed.rule) continue;
            finding.suppressed = allowed.reason;
            ++marked;
        }
        return marked;
    }

    static std::string did_you_mean(std::string_view id) {
        std::vector<std::string> ids;
        for (const Rule& rule : rules()) ids.emplace_back(rule.id);
        const auto near = closest(id, ids);
        return near ? fmt::format("did you mean {}?", *near) : "`quarry migrate lint --rules` lists them";
    }

    void complain(std::string_view id, std::string message, std::string hint, const AllowedRule& allowed,
                  ScriptFindings& found) const {
        const Rule* rule = enabled(id);
        if (rule == nullptr) return;
        found.findings.push_back(
            {std::string(id), rule->severity, {}, {}, {}, std::move(message), std::move(hint), {}});
        found.places.push_back(allowed.place);
    }

    LintOptions options_;
    std::vector<const Rule*> enabled_;
    History history_;
    NestedStatements nested_;
    std::vector<Finding> findings_;
};

}  // namespace

std::string_view severity_name(Severity severity) noexcept {
    if (severity == Severity::error) return "error";
    return severity == Severity::warning ? "warning" : "note";
}

std::vector<Finding> lint(std::span<const Migration> migrations, const LintOptions& options) {
    Linter linter(options);
    for (const Migration& migration : migrations) linter.read(migration);
    return linter.take();
}

}  // namespace quarry::sql_lint
