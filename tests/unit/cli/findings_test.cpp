#include "cli/text/findings.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/ui/output.h"
#include "tests/support/error_of.h"

namespace quarry::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using wire::FindingLevel;
using wire::FindingsReport;

FindingsReport hostile_report() {
    FindingsReport report;
    report.schema = "quarry.migrate.lint/1";
    report.name = "quarry migrate lint";
    report.rules = {{"drop-table", FindingLevel::warning, "a table is dropped", "# drop-table\n"}};
    report.files = {"a,b:100%.sql", "clean.sql"};
    report.findings = {
        {"drop-table", FindingLevel::warning, "the table <t> & \"u\" is\ndropped", "keep it, 100%", "a,b:100%.sql", 3,
         5, 3, 9, ""},
        {"broken", FindingLevel::error, std::string("bell \x07 and \xff bytes \xEF\xBF\xBF"), "", "", 0, 0, 0, 0, ""},
        {"drop-table", FindingLevel::warning, "allowed one", "", "a,b:100%.sql", 9, 1, 10, 2, "it is \"empty\""},
        {"small", FindingLevel::note, "advice", "do it", "a,b:100%.sql", 12, 1, 0, 0, ""},
    };
    return report;
}

std::string written(FindingsFormat format, const FindingsReport& report) {
    std::ostringstream out;
    std::ostringstream err;
    Output output(out, err, {});
    write_findings(output, format, report);
    return out.str();
}

TEST(Findings, AsText) {
    EXPECT_EQ(written(FindingsFormat::text, hostile_report()),
              "a,b:100%.sql:3:5: warning: the table <t> & \"u\" is\ndropped [drop-table]\n"
              "  hint: keep it, 100%\n"
              "error: bell  and \xff bytes \xEF\xBF\xBF [broken]\n"
              "a,b:100%.sql:12:1: note: advice [small]\n"
              "  hint: do it\n");
}

TEST(Findings, AsJson) {
    const json document = json::parse(written(FindingsFormat::json, hostile_report()));
    EXPECT_EQ(document["schema"], "quarry.migrate.lint/1");
    EXPECT_EQ(document["errors"], 1);
    EXPECT_EQ(document["warnings"], 1);
    EXPECT_EQ(document["notes"], 1);
    EXPECT_EQ(document["suppressed"], 1);
    ASSERT_EQ(document["findings"].size(), 4u);
    EXPECT_EQ(document["findings"][0]["line"], 3);
    EXPECT_EQ(document["findings"][0]["suppressed"], nullptr);
    EXPECT_EQ(document["findings"][1]["file"], nullptr);
    EXPECT_EQ(document["findings"][2]["suppressed"], "it is \"empty\"");
}

TEST(Findings, AsAnnotationsOfGithub) {
    EXPECT_EQ(written(FindingsFormat::github, hostile_report()),
              "::warning file=a%2Cb%3A100%25.sql,line=3,endLine=3,col=5,endColumn=9,title=drop-table::the table <t> & "
              "\"u\" is%0Adropped%0Ahint: keep it, 100%25\n"
              "::error title=broken::bell \x07 and \xff bytes \xEF\xBF\xBF\n"
              "::notice file=a%2Cb%3A100%25.sql,line=12,col=1,title=small::advice%0Ahint: do it\n");
    FindingsReport lines;
    lines.findings = {{"r", FindingLevel::error, "a\r\nb", "", "f", 1, 2, 3, 4, ""}};
    EXPECT_EQ(written(FindingsFormat::github, lines), "::error file=f,line=1,endLine=3,title=r::a%0D%0Ab\n");
}

TEST(Findings, AsSarif) {
    const json document = json::parse(written(FindingsFormat::sarif, hostile_report()));
    EXPECT_EQ(document["version"], "2.1.0");
    ASSERT_EQ(document["runs"].size(), 1u);
    const json& run = document["runs"][0];
    EXPECT_EQ(run["tool"]["driver"]["name"], "quarry migrate lint");
    EXPECT_EQ(run["tool"]["driver"]["rules"][0]["id"], "drop-table");
    EXPECT_EQ(run["tool"]["driver"]["rules"][0]["help"]["markdown"], "# drop-table\n");
    ASSERT_EQ(run["results"].size(), 4u);
    for (const json& result : run["results"]) {
        EXPECT_TRUE(result["message"]["text"].is_string());
        EXPECT_TRUE(result["level"].is_string());
        EXPECT_TRUE(result["suppressions"].is_array());
    }
    const json& first = run["results"][0];
    EXPECT_EQ(first["ruleIndex"], 0);
    const json& place = first["locations"][0]["physicalLocation"];
    EXPECT_EQ(place["artifactLocation"]["uri"], "a%2Cb%3A100%25.sql");
    EXPECT_EQ(place["region"]["startLine"], 3);
    EXPECT_EQ(place["region"]["endColumn"], 9);
    EXPECT_TRUE(run["results"][1]["locations"].empty());
    EXPECT_FALSE(run["results"][1].contains("ruleIndex"));
    EXPECT_EQ(run["results"][2]["suppressions"][0]["kind"], "inSource");
    EXPECT_EQ(run["results"][2]["suppressions"][0]["justification"], "it is \"empty\"");
}

TEST(Findings, AsJunit) {
    const std::string text = written(FindingsFormat::junit, hostile_report());
    EXPECT_THAT(text, HasSubstr("<testsuite name=\"quarry migrate lint\" tests=\"5\" failures=\"2\" errors=\"0\" "
                                "skipped=\"1\">"));
    EXPECT_THAT(text, HasSubstr("message=\"the table &lt;t&gt; &amp; &quot;u&quot; is&#10;dropped\""));
    EXPECT_THAT(text, HasSubstr("message=\"bell  and \xEF\xBF\xBD bytes \xEF\xBF\xBD\""));
    EXPECT_THAT(text, HasSubstr("<skipped message=\"it is &quot;empty&quot;\"/>"));
    EXPECT_THAT(text, HasSubstr("<testcase classname=\"clean.sql\" name=\"clean.sql\" file=\"clean.sql\"/>"));
    EXPECT_THAT(text, Not(HasSubstr("\x07")));
}

TEST(Findings, AreCountedByLevel) {
    const FindingsReport report = hostile_report();
    EXPECT_EQ(count_findings(report.findings, FindingLevel::error), 1u);
    EXPECT_EQ(count_findings(report.findings, FindingLevel::warning), 2u);
    EXPECT_EQ(count_findings(report.findings, FindingLevel::note), 3u);
    EXPECT_EQ(findings_summary(report.findings), "1 error, 1 warning, 1 note, 1 allowed");
    EXPECT_EQ(findings_summary({}), "no findings");
}

TEST(Findings, FormatsHaveNames) {
    EXPECT_EQ(parse_findings_format("sarif"), FindingsFormat::sarif);
    EXPECT_THAT(test::error_of([] { (void)parse_findings_format("xml"); }).hint(), HasSubstr("junit"));
}

}  // namespace
}  // namespace quarry::cli
