#include "core/sql_lint/pages.h"

#include <fmt/format.h>

#include <array>

#include "core/base/text.h"

namespace quarry::sql_lint {
namespace {

/// `text` in lines of at most 100 code points, cut at spaces.
std::string wrapped(std::string_view text) {
    constexpr std::size_t width = 100;
    std::string result;
    std::size_t column = 0;
    for (const std::string_view word : split(text, ' ')) {
        const std::size_t length = count_code_points(word);
        if (column > 0 && column + 1 + length > width) {
            result += '\n';
            column = 0;
        } else if (column > 0) {
            result += ' ';
            ++column;
        }
        result += word;
        column += length;
    }
    return result + "\n";
}

std::string sentence(std::string_view text) {
    std::string result(text);
    if (!result.empty() && result.front() >= 'a' && result.front() <= 'z' && !result.starts_with("no-transaction")) {
        result.front() = static_cast<char>(result.front() - 'a' + 'A');
    }
    return result + ".";
}

/// An example as a block of code; one of several files as a block for each, under its name.
std::string code_blocks(std::string_view example) {
    constexpr std::string_view marker = "-- file: ";
    std::string blocks;
    while (!example.empty()) {
        if (example.starts_with(marker)) {
            const std::size_t line = example.find('\n');
            blocks += fmt::format("{}`{}`\n\n", blocks.empty() ? "" : "\n",
                                  example.substr(marker.size(), line - marker.size()));
            example.remove_prefix(line + 1);
        }
        const std::string_view block = example.substr(0, example.find(marker));
        blocks += fmt::format("```sql\n{}```\n", block);
        example.remove_prefix(block.size());
    }
    return blocks;
}

struct Group {
    std::string_view title;
    std::span<const Rule> (*rules)();
};

constexpr std::array<Group, 16> groups = {{{"Data that is thrown away", destructive_rules},
                                           {"Code that runs beside the migration", compatibility_rules},
                                           {"Table rewrites", rewrite_rules},
                                           {"Indexes", index_rules},
                                           {"Constraints on tables with rows", constraint_rules},
                                           {"Transactions and locks", transaction_rules},
                                           {"The way back", down_rules},
                                           {"Names", name_rules},
                                           {"Types and keys", type_rules},
                                           {"Conditions and literals", query_rules},
                                           {"What SQLite refuses or interprets differently", sqlite_rules},
                                           {"Tables that are dropped and rebuilt", rebuild_rules},
                                           {"Objects that others rely on", object_rules},
                                           {"What reaches outside the database", outside_rules},
                                           {"Files that are not run", file_rules},
                                           {"Allowing what a rule forbids", allow_rules}}};

}  // namespace

std::string_view engines_text(Engines engines) noexcept {
    if (engines == Engines::both) return "SQLite and PostgreSQL";
    return engines == Engines::sqlite ? "SQLite" : "PostgreSQL";
}

std::string rule_page(const Rule& rule) {
    std::string page = fmt::format("# {}\n\n{}\n", rule.id, wrapped(sentence(rule.summary)));
    page +=
        fmt::format("{} · {} · {}\n\n", severity_name(rule.severity), engines_text(rule.engines),
                    rule.by_default ? "on by default" : fmt::format("off unless asked for with `--rule {}`", rule.id));
    page += "## Why\n\n" + wrapped(rule.why);
    page += "\n## What to do instead\n\n" + wrapped(rule.instead);
    page += fmt::format("\n## Found\n\n{}\n## Not found\n\n{}", code_blocks(rule.bad), code_blocks(rule.good));
    if (rule.scope != Scope::allow) {
        page += "\n## Where it does no harm\n\n" +
                wrapped(fmt::format(
                    "Say so in the migration: `-- quarry:allow {}: reason`. The finding is then reported as "
                    "suppressed, with the reason, and does not count.",
                    rule.id));
    }
    page += "\n## Sources\n\n";
    for (const std::string_view source : split(rule.sources, ';')) page += fmt::format("- {}\n", trim(source));
    return page;
}

std::string index_page() {
    std::string page = "# Lint rules\n\n";
    page +=
        wrapped(fmt::format("`quarry migrate lint` reads migrations and reports what is dangerous, wrong or unwise in "
                            "them. It opens no database. These are its {} rules; `quarry migrate lint --explain RULE` "
                            "shows a page in the terminal.",
                            rules().size()));
    page += "\n" +
            wrapped("An **error** fails when it is run, or does the opposite of what it says. A **warning** can hurt a "
                    "database in use. A **note** is advice, and does not change the exit code unless `--fail-on "
                    "note` is given. Rules marked \"off\" are matters of taste: `--rule NAME` switches one on, "
                    "`--no-rule NAME` another off.");
    page +=
        "\n" + wrapped("The whole history is read in its order: a table that the same migration created is empty and "
                       "nobody uses it, so that most rules leave it alone. What is not created by any migration counts "
                       "as full of rows and in use.");
    page += "\nA migration that must break a rule says why, in a comment of its own:\n\n```sql\n"
            "-- quarry:allow drop-column: unused since release 4.2\nALTER TABLE users DROP COLUMN nickname;\n```\n";
    for (const Group& group : groups) {
        page += fmt::format("\n## {}\n\n| rule | | engines | |\n|---|---|---|---|\n", group.title);
        for (const Rule& rule : group.rules()) {
            page +=
                fmt::format("| [{0}]({0}.md) | {1} | {2} | {3}{4} |\n", rule.id, rule.summary,
                            engines_text(rule.engines), severity_name(rule.severity), rule.by_default ? "" : ", off");
        }
    }
    return page;
}

}  // namespace quarry::sql_lint
