// quarry migrate lint: what is dangerous, wrong or unwise in migrations, before they are run.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/migrate_options.h"
#include "cli/text/findings.h"
#include "cli/ui/output.h"
#include "core/base/file.h"
#include "core/config/config_json.h"
#include "core/migrate/lint_migrations.h"
#include "core/sql_lint/pages.h"
#include "core/store/sqlite/base_schema.h"

namespace quarry::cli {
namespace {

using migrate::MigrationList;

FindingLevel level_of(sql_lint::Severity severity) {
    if (severity == sql_lint::Severity::error) return FindingLevel::error;
    return severity == sql_lint::Severity::warning ? FindingLevel::warning : FindingLevel::note;
}

ReportedFinding reported(sql_lint::Finding finding) {
    return {std::move(finding.rule), level_of(finding.severity),   std::move(finding.message), std::move(finding.hint),
            std::move(finding.path), finding.start.line,           finding.start.column,       finding.end.line,
            finding.end.column,      std::move(finding.suppressed)};
}

std::optional<std::int64_t> number_of(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// "14" and "14.2" of PostgreSQL are 14; "3.45" and "3.45.1" of SQLite are 3045.
int server_number(sql::Dialect dialect, std::string_view text) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    const auto major = number_of(text.substr(0, dot));
    const std::string_view rest = dot < text.size() ? text.substr(dot + 1) : std::string_view();
    const auto minor = number_of(rest.substr(0, rest.find('.')));
    const bool sqlite = dialect == sql::Dialect::sqlite;
    const bool valid = major && *major > 0 && *major < 1000 && (!sqlite || (minor && *minor >= 0 && *minor < 1000));
    if (valid) return static_cast<int>(sqlite ? *major * 1000 + *minor : *major);
    throw Error(ErrorCode::usage, fmt::format("\"{}\" is no version of {}", text, sqlite ? "SQLite" : "PostgreSQL"),
                sqlite ? "write it as 3.40" : "write it as 14");
}

class MigrateLintCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "migrate lint",
            .summary = "find what is dangerous or wrong in migrations before they are run",
            .description =
                fmt::format("Reads the migration files, opens no database, and reports what loses data, locks tables "
                            "for long, fails "
                            "on a table with rows, breaks code that is running, cannot be undone, or is not what it "
                            "seems. An error "
                            "fails when it is run; a warning can hurt a database in use; a note is advice. The rules "
                            "know SQLite and "
                            "PostgreSQL; which of the two follows from --url or its setting, or from --dialect.\n\n"
                            "A migration that must break a rule says why in a comment of its own:\n\n"
                            "-- quarry:allow RULE: reason\n\n{}",
                            migrate_help_note()),
            .examples = {{"quarry migrate lint --dir migrations --dialect postgresql",
                          "look at all migrations of a folder"},
                         {"quarry migrate lint --since 0042", "only at those after version 42"},
                         {"quarry migrate lint --format github", "as annotations of a pull request, in GitHub Actions"},
                         {"quarry migrate lint --format sarif > lint.sarif", "for code scanning"},
                         {"quarry migrate lint --explain set-not-null", "read a rule's page"},
                         {"quarry migrate lint --rules", "list all rules"}},
            .exit_codes = {{6, "two migration files have one version, or numbers and times are mixed"},
                           {8, "there are findings as bad as --fail-on says, or worse"}}};
    }

    void setup(OptionTable& options) override {
        options_.add_to(options);
        options.remove("--lock-wait");  // No database is opened.
        options.add("--dialect", dialect_, "Whose SQL it is, when there is no --url").choices({"sqlite", "postgresql"});
        options
            .add("--server", server_,
                 "The oldest version that the migrations run on, such as 14 or 3.45 (default 12 and 3.40)")
            .value("VERSION");
        options.add("--since", since_, "Report only on migrations after this version; the others are read all the same")
            .value("VERSION");
        options.add("--rule", on_, "Switch on a rule that is off by default; all for every one").value("RULE");
        options.add("--no-rule", off_, "Switch off a rule").value("RULE");
        options.add("--format", format_, "How findings are printed").choices(findings_formats).show_default();
        options.add("--fail-on", fail_on_, "The least that makes the command fail")
            .choices({"error", "warning", "note"})
            .show_default();
        options.flag("--rules", list_rules_, "List all rules").excludes("--explain");
        options.add("--explain", explain_, "Print the page of a rule, with examples").value("RULE");
        options.add("--pages", pages_, "Write the page of every rule into this folder, as Markdown")
            .value("DIR")
            .excludes("--rules")
            .excludes("--explain");
    }

    [[nodiscard]] int run(Context& context) override {
        if (list_rules_) return print_rules(context);
        if (!explain_.empty()) {
            context.out.result() << sql_lint::rule_page(sql_lint::require_rule(explain_));
            return 0;
        }
        if (!pages_.empty()) return write_pages(context);
        return run_lint(context);
    }

private:
    [[nodiscard]] int run_lint(Context& context) const {
        const std::filesystem::path folder = options_.folder(context);
        const auto database = options_.database(context);
        const bool knowledge_base = folder.empty() && !database && dialect_.empty();
        sql_lint::LintOptions options;
        options.dialect = knowledge_base ? sql::Dialect::sqlite : dialect(folder, database);
        options.on = on_;
        options.off = off_;
        if (!server_.empty()) options.server_version = server_number(options.dialect, server_);
        const migrate::MigrationList list =
            knowledge_base ? migrate::MigrationList::from_memory(store::knowledge_base_migrations())
                           : migrate::MigrationList::from_folder(folder);
        const FindingsReport report = lint_list(context, list, options);
        const FindingsFormat format = context.json ? FindingsFormat::json : parse_findings_format(format_);
        write_findings(context.out, format, report);
        context.out.result() << std::flush;
        if (format == FindingsFormat::text) {
            context.out.note(
                fmt::format("{}: {}", count_migrations(report.files.size()), findings_summary(report.findings)));
        }
        return count_findings(report.findings, least()) > 0 ? static_cast<int>(ErrorCode::lint_findings) : 0;
    }

    [[nodiscard]] FindingsReport lint_list(const Context& context, const migrate::MigrationList& list,
                                           const sql_lint::LintOptions& options) const {
        std::optional<std::int64_t> since;
        if (!since_.empty() && !(since = number_of(since_))) {
            throw Error(ErrorCode::usage, fmt::format("\"{}\" is no version", since_),
                        "write it as in the file's name: 0042");
        }
        FindingsReport report;
        report.schema = "quarry.migrate.lint/1";
        report.name = "quarry migrate lint";
        const auto is_reported = [&](const migrate::Migration& one) {
            context.cancel.check();
            const bool yes = !since || one.part == migrate::FilePart::repeatable || one.version > *since;
            if (yes) report.files.push_back(one.path);
            return yes;
        };
        for (sql_lint::Finding& finding : migrate::lint_migrations(list, options, is_reported)) {
            report.findings.push_back(reported(std::move(finding)));
        }
        for (const sql_lint::Rule& rule : sql_lint::rules()) {
            if (!sql_lint::applies_to(rule, options.dialect)) continue;
            report.rules.push_back(
                {std::string(rule.id), level_of(rule.severity), std::string(rule.summary), sql_lint::rule_page(rule)});
        }
        return report;
    }

    [[nodiscard]] sql::Dialect dialect(const std::filesystem::path& folder,
                                       const std::optional<db::DatabaseUrl>& database) const {
        if (folder.empty()) {
            throw Error(ErrorCode::usage, "which migrations? Their folder is not given",
                        "give --dir FOLDER, or set migrate.dir");
        }
        if (!dialect_.empty()) return dialect_ == "sqlite" ? sql::Dialect::sqlite : sql::Dialect::postgresql;
        if (database) return database->dialect;
        throw Error(ErrorCode::usage, "whose SQL are the migrations? No database is given",
                    "give --dialect sqlite or --dialect postgresql, or set migrate.url");
    }

    [[nodiscard]] FindingLevel least() const {
        if (fail_on_ == "error") return FindingLevel::error;
        return fail_on_ == "warning" ? FindingLevel::warning : FindingLevel::note;
    }

    [[nodiscard]] static int print_rules(Context& context) {
        if (context.json) {
            nlohmann::ordered_json document = {{"schema", "quarry.migrate.lint.rules/1"},
                                               {"rules", nlohmann::ordered_json::array()}};
            for (const sql_lint::Rule& rule : sql_lint::rules()) {
                document["rules"].push_back({{"rule", rule.id},
                                             {"severity", sql_lint::severity_name(rule.severity)},
                                             {"engines", sql_lint::engines_text(rule.engines)},
                                             {"default", rule.by_default},
                                             {"summary", rule.summary}});
            }
            context.out.result() << config::dump_json(document);
            return 0;
        }
        for (const sql_lint::Rule& rule : sql_lint::rules()) {
            const std::string severity(rule.by_default ? sql_lint::severity_name(rule.severity) : "off");
            context.out.result() << fmt::format("{:<32}  {:<7}  {:<21}  {}\n", rule.id, severity,
                                                sql_lint::engines_text(rule.engines), rule.summary);
        }
        return 0;
    }

    [[nodiscard]] int write_pages(Context& context) const {
        const std::filesystem::path folder(pages_);
        std::filesystem::create_directories(folder);
        for (const sql_lint::Rule& rule : sql_lint::rules()) {
            write_file_atomically(folder / fmt::format("{}.md", rule.id), sql_lint::rule_page(rule));
        }
        write_file_atomically(folder / "README.md", sql_lint::index_page());
        context.out.note(fmt::format("{} pages in {}", sql_lint::rules().size() + 1, pages_));
        return 0;
    }

    MigrateOptions options_;
    std::string dialect_;
    std::string server_;
    std::string since_;
    std::vector<std::string> on_;
    std::vector<std::string> off_;
    std::string format_ = "text";
    std::string fail_on_ = "warning";
    bool list_rules_ = false;
    std::string explain_;
    std::string pages_;
};

}  // namespace

std::unique_ptr<Command> make_migrate_lint_command() { return std::make_unique<MigrateLintCommand>(); }

}  // namespace quarry::cli
