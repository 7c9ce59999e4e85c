// quarry migrate lint: what is dangerous, wrong or unwise in migrations, before they are run.
#include <fmt/format.h>

#include <ostream>

#include "cli/line/command.h"
#include "cli/line/migrate_options.h"
#include "cli/text/findings.h"
#include "cli/ui/output.h"
#include "core/app/lint_rules.h"
#include "core/app/migration_service.h"
#include "core/config/config_json.h"
#include "core/wire/migration_json.h"

namespace quarry::cli {
namespace {

class MigrateLintCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "migrate lint",
            .summary = "find what is dangerous or wrong in migrations before they run",
            .description =
                fmt::format("Reads the migration files, opens no database, and reports what loses data, locks tables "
                            "for long, fails on a table with rows, breaks running code, cannot be undone, or is "
                            "misleading. An error fails when it is run; a warning can hurt a database in use; a note "
                            "is advice. The rules know SQLite and PostgreSQL; which of the two applies follows from "
                            "--url or its setting, from the files if they fit only one, or from --dialect.\n\n"
                            "A migration that must break a rule says why in a comment:\n\n"
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
                           {8, "there are findings at or above the level of --fail-on"}}};
    }

    void setup(OptionTable& options) override {
        declare_migration_target(options, target_);
        options.remove("--lock-wait");  // No database is opened,
        options.remove("--env");        // and nothing is run.
        options.add("--dialect", request_.dialect, "SQL dialect, if there is no --url")
            .choices({"sqlite", "postgresql"});
        options
            .add("--server", request_.server,
                 "The oldest version that the migrations run on, such as 14 or 3.45 (default 12 and 3.40)")
            .value("VERSION");
        options.add("--since", request_.since, "Report only on migrations after this version; the others are read too")
            .value("VERSION");
        options.add("--rule", request_.on, "Switch on a rule that is off by default; all for every one").value("RULE");
        options.add("--no-rule", request_.off, "Switch off a rule").value("RULE");
        options.add("-f,--format", format_, "How findings are printed").choices(findings_formats).show_default();
        options.add("--fail-on", fail_on_, "Lowest level that makes the command fail")
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
        if (list_rules_) {
            print_rules(context);
        } else if (!explain_.empty()) {
            context.out.result() << app::lint_rule_page(explain_);
        } else if (!pages_.empty()) {
            context.out.note(fmt::format("{} pages in {}", app::write_lint_pages(pages_), pages_));
        } else {
            return run_lint(context);
        }
        return 0;
    }

private:
    [[nodiscard]] int run_lint(Context& context) const {
        const app::LintReport lint = app::MigrationService(context, target_).lint(request_);
        const wire::FindingsReport report = wire::lint_findings(lint.dialect, lint.findings, lint.files);
        const FindingsFormat format = context.json ? FindingsFormat::json : parse_findings_format(format_);
        write_findings(context.out, format, report);
        context.out.result() << std::flush;
        if (format == FindingsFormat::text) {
            context.out.note(
                fmt::format("{}: {}", app::count_migrations(report.files.size()), findings_summary(report.findings)));
        }
        return wire::count_findings(report.findings, least()) > 0 ? static_cast<int>(ErrorCode::lint_findings) : 0;
    }

    [[nodiscard]] wire::FindingLevel least() const {
        if (fail_on_ == "error") return wire::FindingLevel::error;
        return fail_on_ == "warning" ? wire::FindingLevel::warning : wire::FindingLevel::note;
    }

    static void print_rules(Context& context) {
        if (context.json) {
            context.out.result() << config::dump_json(wire::lint_rules_json());
            return;
        }
        for (const app::LintRule& rule : app::lint_rules()) {
            const std::string severity(rule.by_default ? sql_lint::severity_name(rule.severity) : "off");
            context.out.result() << fmt::format("{:<32}  {:<7}  {:<21}  {}\n", rule.id, severity, rule.engines,
                                                rule.summary);
        }
    }

    app::LintRequest request_;
    std::string format_ = "text";
    std::string fail_on_ = "warning";
    bool list_rules_ = false;
    std::string explain_;
    std::string pages_;
};

}  // namespace

std::unique_ptr<Command> make_migrate_lint_command() { return std::make_unique<MigrateLintCommand>(); }

}  // namespace quarry::cli
