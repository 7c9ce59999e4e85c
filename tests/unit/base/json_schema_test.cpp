#include "core/base/json_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace quarry {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* weather = R"({
  "type": "object",
  "properties": {"city": {"type": "string", "minLength": 1}, "days": {"type": "integer", "maximum": 7},
                 "unit": {"$ref": "#/definitions/unit"}},
  "required": ["city"], "additionalProperties": false,
  "definitions": {"unit": {"enum": ["C", "F"]}}})";

TEST(JsonSchema, TellsWhatFits) {
    const JsonSchema schema(weather);
    EXPECT_TRUE(schema.is_of_object());
    EXPECT_THAT(schema.problems(json::parse(R"({"city": "Oslo"})")), IsEmpty());
    EXPECT_THAT(schema.problems(json::parse(R"({"city": "Oslo", "days": 3, "unit": "C"})")), IsEmpty());
}

struct Misfit {
    const char* name;
    const char* value;
    const char* problem;
};

class JsonSchemaMisfit : public ::testing::TestWithParam<Misfit> {};

TEST_P(JsonSchemaMisfit, SaysWhereAndWhy) {
    const auto problems = JsonSchema(weather).problems(json::parse(GetParam().value));
    ASSERT_FALSE(problems.empty());
    EXPECT_THAT(problems, ::testing::Contains(HasSubstr(GetParam().problem)));
}

INSTANTIATE_TEST_SUITE_P(All, JsonSchemaMisfit,
                         ::testing::Values(Misfit{"missing", R"({"days": 1})", "city"},
                                           Misfit{"type", R"({"city": 3})", "/city"},
                                           Misfit{"number_as_text", R"({"city": "Oslo", "days": "3"})", "/days"},
                                           Misfit{"range", R"({"city": "Oslo", "days": 8})", "/days"},
                                           Misfit{"enumeration", R"({"city": "Oslo", "unit": "K"})", "/unit"},
                                           Misfit{"further", R"({"city": "Oslo", "sudo": true})", "sudo"},
                                           Misfit{"list", R"([1])", ""}, Misfit{"null", "null", ""}),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(JsonSchema, ShowsNoTerminalControls) {
    const auto problems = JsonSchema(weather).problems(json::parse("{\"city\": \"a\", \"\\u001b[31mx\": 1}"));
    ASSERT_FALSE(problems.empty());
    for (const std::string& problem : problems) EXPECT_EQ(problem.find('\x1b'), std::string::npos) << problem;
}

TEST(JsonSchema, RefusesWhatIsNone) {
    const std::string deep = R"({"type": "object", "properties": {"a": )" + std::string(5000, '[');
    for (const std::string text :
         {"", "schema", "[]", "{\"type\": \"objekt\"}", R"({"properties": 3})", R"({"$ref": "https://example.com/s"})",
          R"({"properties": {"a": {"$ref": "file:///etc/passwd"}}})", deep.c_str()}) {
        try {
            static_cast<void>(JsonSchema(text));
            ADD_FAILURE() << text.substr(0, 100);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::usage);
            EXPECT_THAT(error.hint(), HasSubstr("type"));
        }
    }
}

TEST(JsonSchema, LongTextsAndPatterns) {
    const JsonSchema schema(R"({"type": "object", "properties": {"a": {"type": "string", "pattern": "^(a|b)*$"}}})");
    EXPECT_THAT(schema.problems({{"a", "abba"}}), IsEmpty());
    EXPECT_THAT(schema.problems({{"a", "abc"}}), SizeIs(::testing::Ge(1U)));
    EXPECT_THAT(schema.problems({{"a", std::string(1'000'000, 'a')}}), IsEmpty());
    EXPECT_THAT(schema.problems({{"a", std::string(1'000'000, 'a') + "c"}}), SizeIs(::testing::Ge(1U)));
    const JsonSchema format(R"({"type": "object", "properties": {"a": {"type": "string", "format": "date"}}})");
    EXPECT_THAT(format.problems({{"a", "2026-11-21"}}), IsEmpty());
    EXPECT_THAT(format.problems({{"a", std::string(1'000'000, '1')}}), ElementsAre(HasSubstr("too long")));
}

struct PatternCase {
    const char* name;
    const char* pattern;
    std::string fits, misfits;
};

class JsonSchemaPattern : public ::testing::TestWithParam<PatternCase> {};

TEST_P(JsonSchemaPattern, IsHeldAgainstTextsAndNamesInLinearTime) {
    const auto& [name, pattern, fits, misfits] = GetParam();
    const JsonSchema texts(json{{"properties", {{"a", {{"pattern", pattern}}}}}}.dump());
    EXPECT_THAT(texts.problems({{"a", fits}}), IsEmpty());
    EXPECT_THAT(texts.problems({{"a", misfits}}), ::testing::Contains(HasSubstr("does not match the pattern")));
    EXPECT_THAT(texts.problems({{"a", 3}}), IsEmpty());
    const JsonSchema members(
        json{{"patternProperties", {{pattern, {{"type", "integer"}}}}}, {"additionalProperties", false}}.dump());
    EXPECT_THAT(members.problems({{fits, 3}}), IsEmpty());
    EXPECT_THAT(members.problems({{fits, "3"}}), ::testing::Not(IsEmpty()));
    EXPECT_THAT(members.problems({{misfits, 3}}), ::testing::Not(IsEmpty()));
    const JsonSchema names(json{{"propertyNames", {{"pattern", pattern}}}}.dump());
    EXPECT_THAT(names.problems({{fits, 3}}), IsEmpty());
    EXPECT_THAT(names.problems({{misfits, 3}}), ::testing::Not(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(
    All, JsonSchemaPattern,
    ::testing::Values(PatternCase{"anywhere", "b+", "abba", "aca"},
                      PatternCase{"whole", "^[A-Z]{2}\\d{3}$", "AB123", "xAB123"},
                      PatternCase{"code_points", "^.{2}$", "\u00fc\u4e2d", "\u4e2d"},
                      PatternCase{"escape", "^\\u00e9\\/$", "\u00e9/", "e/"},
                      PatternCase{"group", "^(?<year>\\d{4})$", "2026", "026"},
                      PatternCase{"exponential", "^(a+)+$", std::string(50'000, 'a'), std::string(50'000, 'a') + "!"},
                      PatternCase{"nested", "^((a|aa)*)*b$", std::string(50'000, 'a') + "b", std::string(50'000, 'a')}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(JsonSchema, RefusesPatternsThatTakeNoBoundedTime) {
    const std::vector<std::string> patterns = {
        "(a)\\1", "(?=a)b", "(?<!a)b", "(", "[", std::string(20'000, 'a'), "((((a{100}){100}){100}){100})"};
    for (const std::string& pattern : patterns) {
        for (const json& schema :
             {json{{"items", {{"pattern", pattern}}}}, json{{"patternProperties", {{pattern, json::object()}}}}}) {
            try {
                static_cast<void>(JsonSchema(schema.dump()));
                ADD_FAILURE() << pattern.substr(0, 100);
            } catch (const Error& error) {
                EXPECT_EQ(error.code(), ErrorCode::usage);
                EXPECT_THAT(error.what(), HasSubstr("the pattern"));
            }
        }
    }
    // Values are no patterns.
    EXPECT_NO_THROW(JsonSchema(R"({"properties": {"pattern": {"type": "string"}}, "default": {"pattern": "("}})"));
}

TEST(JsonSchema, OfOtherThanObjects) {
    EXPECT_FALSE(JsonSchema(R"({"type": "string"})").is_of_object());
    EXPECT_FALSE(JsonSchema("{}").is_of_object());
}

}  // namespace
}  // namespace quarry
