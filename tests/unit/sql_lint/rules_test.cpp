// Every rule's page: its examples do what it says of them, and the committed pages are those of the table.
#include "core/sql_lint/rule.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "core/sql_lint/pages.h"
#include "example.h"

namespace quarry::sql_lint {

void PrintTo(const Rule& rule, std::ostream* out) { *out << rule.id; }

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::vector<sql::Dialect> dialects_of(const Rule& rule) {
    std::vector<sql::Dialect> dialects;
    for (const sql::Dialect dialect : {sql::Dialect::sqlite, sql::Dialect::postgresql}) {
        if (applies_to(rule, dialect)) dialects.push_back(dialect);
    }
    return dialects;
}

std::vector<Finding> found_in(const Rule& rule, sql::Dialect dialect, std::string_view text) {
    LintOptions options;
    options.on = {std::string(rule.id)};
    if (dialect == sql::Dialect::postgresql) options.server_version = 17;
    return test::lint_example(dialect, text, options);
}

bool breaks(const std::vector<Finding>& findings, std::string_view id) {
    return std::any_of(findings.begin(), findings.end(),
                       [&](const Finding& finding) { return finding.rule == id && finding.suppressed.empty(); });
}

std::string shown(const std::vector<Finding>& findings) {
    std::string text;
    for (const Finding& finding : findings) text += finding.rule + ": " + finding.message + "\n";
    return text;
}

class EachRule : public testing::TestWithParam<Rule> {};

TEST_P(EachRule, FindsItsBadExample) {
    for (const sql::Dialect dialect : dialects_of(GetParam())) {
        const auto findings = found_in(GetParam(), dialect, GetParam().bad);
        EXPECT_TRUE(breaks(findings, GetParam().id)) << sql::dialect_name(dialect) << "\n" << shown(findings);
    }
}

TEST_P(EachRule, LeavesItsGoodExampleAlone) {
    for (const sql::Dialect dialect : dialects_of(GetParam())) {
        const auto findings = found_in(GetParam(), dialect, GetParam().good);
        EXPECT_FALSE(breaks(findings, GetParam().id)) << sql::dialect_name(dialect) << "\n" << shown(findings);
        for (const Finding& finding : findings) {
            EXPECT_NE(finding.severity, Severity::error) << sql::dialect_name(dialect) << "\n" << shown(findings);
        }
    }
}

TEST_P(EachRule, SaysWhatToDo) {
    for (const sql::Dialect dialect : dialects_of(GetParam())) {
        for (const Finding& finding : found_in(GetParam(), dialect, GetParam().bad)) {
            EXPECT_FALSE(finding.message.empty());
            EXPECT_FALSE(finding.message.ends_with('.')) << finding.message;
            EXPECT_GE(finding.start.line, 1u);
            EXPECT_FALSE(finding.path.empty());
        }
    }
}

TEST_P(EachRule, IsWhole) {
    const Rule& rule = GetParam();
    EXPECT_TRUE(std::regex_match(std::string(rule.id), std::regex("[a-z]+(-[a-z]+)*")));
    for (const std::string_view part : {rule.summary, rule.why, rule.instead, rule.bad, rule.good, rule.sources}) {
        EXPECT_FALSE(part.empty());
    }
    EXPECT_FALSE(rule.summary.ends_with('.'));
    EXPECT_TRUE(rule.why.ends_with('.'));
    EXPECT_EQ(rule.check == nullptr, rule.scope == Scope::allow);
    EXPECT_TRUE(rule.bad.ends_with('\n') && rule.good.ends_with('\n'));
    EXPECT_LT(rule.summary.size(), 90u);
}

std::string read(const fs::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

const fs::path pages = fs::path(QUARRY_SOURCE_DIR) / "docs" / "lint";

TEST_P(EachRule, HasItsPage) {
    EXPECT_EQ(read(pages / (std::string(GetParam().id) + ".md")), rule_page(GetParam()))
        << "run `quarry migrate lint --pages docs/lint`";
}

INSTANTIATE_TEST_SUITE_P(All, EachRule, testing::ValuesIn(rules().begin(), rules().end()), [](const auto& given) {
    std::string name(given.param.id);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

TEST(Rules, AreManyAndDifferent) {
    std::set<std::string_view> ids;
    for (const Rule& rule : rules()) ids.insert(rule.id);
    EXPECT_EQ(ids.size(), rules().size());
    EXPECT_GE(rules().size(), 40u);
    EXPECT_EQ(find_rule("drop-table")->id, "drop-table");
    EXPECT_EQ(find_rule("nothing"), nullptr);
}

TEST(Rules, HaveAnIndexAndNoOtherPages) {
    EXPECT_EQ(read(pages / "README.md"), index_page()) << "run `quarry migrate lint --pages docs/lint`";
    for (const Rule& rule : rules()) EXPECT_THAT(index_page(), HasSubstr("[" + std::string(rule.id) + "]"));
    for (const auto& entry : fs::directory_iterator(pages)) {
        const std::string name = entry.path().stem().string();
        EXPECT_TRUE(name == "README" || find_rule(name) != nullptr) << entry.path() << " is the page of no rule";
    }
}

}  // namespace
}  // namespace quarry::sql_lint
