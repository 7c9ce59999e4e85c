#include "core/eval/html_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quarry::eval {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

HtmlReport two_configurations() {
    HtmlReport report;
    report.title = "<script>alert('title')</script>";
    report.facts = {{"set & such", "\"quoted\""}};
    report.configurations = {
        {"first <b>", {"ndcg@10", "map"}, {"q1", "<q2>", "q3\x01"}, {{0.1, 0.5, 0.9}, {0.2, 0.4, 0.6}}},
        {"second", {"ndcg@10", "map"}, {"q1", "<q2>", "q3\x01"}, {{0.3, 0.5, 0.8}, {0.2, 0.4, 0.6}}}};
    return report;
}

std::size_t count(const std::string& text, std::string_view what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
    return found;
}

TEST(HtmlReport, ShowsMeansDifferencesAndTheWorst) {
    const std::string page = html_report(two_configurations());
    EXPECT_THAT(page, HasSubstr("<td>0.5000<br>"));
    EXPECT_THAT(page, HasSubstr("second against first &lt;b&gt;"));
    EXPECT_THAT(page, HasSubstr("+0.0333"));
    EXPECT_THAT(page, HasSubstr("The questions with the lowest values (second)"));
    EXPECT_EQ(count(page, "<svg"), count(page, "</svg>"));
    EXPECT_EQ(count(page, "<svg"), 2U + 1U + 2U);  // A plot a metric, the differences, the spread of each.
    EXPECT_EQ(count(page, "<table"), count(page, "</table>"));
    EXPECT_EQ(count(page, "<tr"), count(page, "</tr>"));
    EXPECT_EQ(page, html_report(two_configurations()));
}

TEST(HtmlReport, EscapesAllAndLoadsNothing) {
    const std::string page = html_report(two_configurations());
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("<q2>")));
    EXPECT_THAT(page, Not(HasSubstr("\x01")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;title&#39;)&lt;/script&gt;"));
    EXPECT_THAT(page, HasSubstr("set &amp; such"));
    for (const char* outside : {"http://", "https://", "src=", "href=", "url(", "@import", "<link"}) {
        EXPECT_THAT(page, Not(HasSubstr(outside))) << outside;
    }
}

TEST(HtmlReport, TakesABaselineOfMeansAloneAndOneQuestion) {
    HtmlReport report = two_configurations();
    report.configurations[0] = {"baseline", {"ndcg@10"}, {""}, {{0.4}}};
    EXPECT_THAT(html_report(report), HasSubstr("second against baseline"));
    report.configurations = {{"only", {"map"}, {"q"}, {{1}}}};
    EXPECT_THAT(html_report(report), HasSubstr("<td>1.0000"));
}

}  // namespace
}  // namespace quarry::eval
