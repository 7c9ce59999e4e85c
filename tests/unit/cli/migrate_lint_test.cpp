#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "core/sql_lint/rule.h"
#include "run_quarry.h"

namespace quarry::cli {
namespace {

using nlohmann::json;
using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class MigrateLintTest : public QuarryTest {
protected:
    static RunResult lint(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"migrate", "lint", "--dir", "migrations"});
        return run_quarry(arguments);
    }

    /// Writes the migrations of a rule's example into an empty folder.
    void write_example(std::string_view example) const {
        constexpr std::string_view marker = "-- file: ";
        std::filesystem::remove_all("migrations");
        while (!example.empty()) {
            std::string name = "0001_example.sql";
            if (example.starts_with(marker)) {
                const std::size_t line = example.find('\n');
                name = example.substr(marker.size(), line - marker.size());
                example.remove_prefix(line + 1);
            }
            const std::string_view text = example.substr(0, example.find(marker));
            write("migrations/" + name, text);
            example.remove_prefix(text.size());
        }
    }

    static std::vector<std::string> rules_in(const RunResult& run) {
        std::vector<std::string> rules;
        const json document = json::parse(run.out);
        for (const json& finding : document["findings"]) {
            if (finding["suppressed"].is_null()) rules.push_back(finding["rule"]);
        }
        return rules;
    }
};

/// What the files' parser refuses by itself, so that the linter never sees it.
bool refused_by_the_parser(std::string_view rule) {
    static const std::vector<std::string_view> refused = {"concurrently-in-transaction", "empty-up", "empty-down",
                                                          "pragma-in-transaction"};
    return std::find(refused.begin(), refused.end(), rule) != refused.end();
}

TEST_F(MigrateLintTest, AgreesWithEachPageOnRealFiles) {
    for (const sql_lint::Rule& rule : sql_lint::rules()) {
        const std::string id(rule.id);
        for (const std::string dialect : {"sqlite", "postgresql"}) {
            if (!sql_lint::applies_to(rule, dialect == "sqlite" ? sql::Dialect::sqlite : sql::Dialect::postgresql))
                continue;
            const std::vector<std::string> options = {
                "--dialect", dialect, "--rule", id, "--server", dialect == "sqlite" ? "3.40" : "17", "--json"};
            write_example(rule.good);
            const RunResult good = lint(options);
            ASSERT_THAT(good.code, AnyOf(0, 8)) << id << "\n" << good.err;
            EXPECT_THAT(rules_in(good), Not(Contains(id))) << dialect;
            write_example(rule.bad);
            const RunResult bad = lint(options);
            if (bad.code == 1) {
                EXPECT_TRUE(refused_by_the_parser(id)) << id << "\n" << bad.err;
            } else {
                EXPECT_THAT(rules_in(bad), Contains(id)) << dialect;
            }
        }
    }
}

TEST_F(MigrateLintTest, ReportsSinceAVersion) {
    write("migrations/0001_a.sql", "-- quarry:up\nDROP TABLE a;\n-- quarry:irreversible: no\n");
    write("migrations/0002_b.sql", "-- quarry:up\nDROP TABLE b;\n-- quarry:irreversible: no\n");
    const json all = json::parse(lint({"--dialect", "sqlite", "--json"}).out);
    EXPECT_EQ(all["findings"].size(), 2u);
    EXPECT_EQ(all["schema"], "quarry.migrate.lint/1");
    const json later = json::parse(lint({"--dialect", "sqlite", "--since", "0001", "--json"}).out);
    ASSERT_EQ(later["findings"].size(), 1u);
    EXPECT_EQ(later["findings"][0]["file"], "migrations/0002_b.sql");
    EXPECT_EQ(later["files"], 1);
    EXPECT_EQ(lint({"--dialect", "sqlite", "--since", "soon"}).code, 2);
}

TEST_F(MigrateLintTest, FailsFromALevelOn) {
    write("migrations/0001_a.sql", "-- quarry:up\nDROP TABLE a;\n-- quarry:irreversible: no\n");
    EXPECT_EQ(lint({"--dialect", "sqlite"}).code, 8);
    EXPECT_EQ(lint({"--dialect", "sqlite", "--fail-on", "error"}).code, 0);
    EXPECT_EQ(lint({"--dialect", "sqlite", "--no-rule", "drop-table"}).code, 0);
    write("migrations/0001_a.sql", "-- quarry:up\nINSERT INTO a VALUES (1);\n-- quarry:irreversible: no\n");
    EXPECT_EQ(lint({"--dialect", "sqlite"}).code, 0);
    EXPECT_EQ(lint({"--dialect", "sqlite", "--fail-on", "note"}).code, 8);
}

TEST_F(MigrateLintTest, TakesTheEngineFromTheUrl) {
    write("migrations/0001_a.sql", "-- quarry:up\nCREATE INDEX i ON a (b);\n-- quarry:down\nDROP INDEX i;\n");
    EXPECT_EQ(lint({"--url", "sqlite:none.db"}).code, 0);
    EXPECT_FALSE(std::filesystem::exists("none.db"));
    EXPECT_EQ(lint({"--url", "postgresql://nobody@127.0.0.1:1/none"}).code, 8);
    const RunResult neither = lint({});
    EXPECT_EQ(neither.code, 2);
    EXPECT_THAT(neither.err, HasSubstr("--dialect"));
}

TEST_F(MigrateLintTest, LeavesRepeatableMigrationsWithoutAWayBack) {
    write("migrations/R_v.sql", "DROP VIEW IF EXISTS v;\nCREATE VIEW v AS SELECT 1 AS one;\n");
    const RunResult run = lint({"--dialect", "sqlite"});
    EXPECT_EQ(run.out, "");
    EXPECT_EQ(run.code, 0);
}

TEST_F(MigrateLintTest, ChecksVersionsOfServers) {
    std::filesystem::create_directory("migrations");
    for (const std::string version : {"", "x", "3", "0.1", "99999.1"}) {
        EXPECT_EQ(lint({"--dialect", "sqlite", "--server", "=" + version}).code, 2) << version;
    }
    EXPECT_EQ(lint({"--dialect", "sqlite", "--server", "3.45.1"}).code, 0);
    EXPECT_EQ(lint({"--dialect", "postgresql", "--server", "14.2"}).code, 0);
}

TEST_F(MigrateLintTest, WritesPagesAndListsRules) {
    const RunResult pages = run_quarry({"migrate", "lint", "--pages", "pages"});
    EXPECT_EQ(pages.code, 0);
    EXPECT_EQ(read("pages/drop-table.md"), run_quarry({"migrate", "lint", "--explain", "drop-table"}).out);
    EXPECT_TRUE(std::filesystem::exists("pages/README.md"));
    const json rules = json::parse(run_quarry({"migrate", "lint", "--rules", "--json"}).out);
    EXPECT_EQ(rules["rules"].size(), sql_lint::rules().size());
    EXPECT_EQ(run_quarry({"migrate", "lint", "--explain", "nothing"}).code, 2);
}

TEST_F(MigrateLintTest, LooksAtTheKnowledgeBase) {
    const RunResult run = run_quarry({"migrate", "lint", "--database", "base"});
    EXPECT_EQ(run.code, 0) << run.out;
}

}  // namespace
}  // namespace quarry::cli
