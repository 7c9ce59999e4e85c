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
    EXPECT_THAT(format.problems({{"a", std::string(1'000'000, '1')}}), ElementsAre("/a: must be a date of RFC 3339"));
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

struct DialectCase {
    const char* name;
    const char* schema;
    const char* fits;
    const char* misfits;
    const char* problem;
};

class JsonSchemaKeyword : public ::testing::TestWithParam<DialectCase> {};

TEST_P(JsonSchemaKeyword, IsChecked) {
    const JsonSchema schema(GetParam().schema);
    EXPECT_THAT(schema.problems(json::parse(GetParam().fits)), IsEmpty());
    EXPECT_THAT(schema.problems(json::parse(GetParam().misfits)), ElementsAre(GetParam().problem));
}

INSTANTIATE_TEST_SUITE_P(
    All, JsonSchemaKeyword,
    ::testing::Values(
        DialectCase{"prefix_items", R"({"prefixItems": [{"type": "string"}], "items": false})", R"(["a"])", "[1]",
                    "/0: must be of type string, not number"},
        DialectCase{"items_after_them", R"({"prefixItems": [true], "items": false})", "[1]", "[1, 2]",
                    "/1: is not allowed"},
        DialectCase{
            "list_of_draft_7",
            R"({"$schema": "http://json-schema.org/draft-07/schema#", "items": [true], "additionalItems": false})",
            "[1]", "[1, 2]", "/1: is not allowed"},
        DialectCase{"beside_a_reference", R"({"$defs": {"a": {}}, "$ref": "#/$defs/a", "type": "string"})", R"("a")",
                    "1", "must be of type string, not number"},
        DialectCase{"dependent_required", R"({"dependentRequired": {"a": ["b"]}})", R"({"a": 1, "b": 1})",
                    R"({"a": 1})", "\"b\" is missing"},
        DialectCase{"dependent_schemas", R"({"dependentSchemas": {"a": {"maxProperties": 1}}})", R"({"a": 1})",
                    R"({"a": 1, "b": 1})", "must have at most 1 members, and has 2"},
        DialectCase{"fewest_that_fit", R"({"contains": {"type": "string"}, "minContains": 2})", R"(["a", "b", 1])",
                    R"(["a", 1])", "has 1 items that fit contains, not as many as it must"},
        DialectCase{"unevaluated_members",
                    R"({"allOf": [{"properties": {"a": true}}], "unevaluatedProperties": false})", R"({"a": 1})",
                    R"({"a": 1, "b/c": 1})", "/b~1c: is not allowed"},
        DialectCase{"unevaluated_items", R"({"anyOf": [{"prefixItems": [{"const": 1}]}], "unevaluatedItems": false})",
                    "[1]", "[1, 2]", "/1: is not allowed"},
        DialectCase{"one_of", R"({"oneOf": [{"minimum": 2}, {"multipleOf": 3}]})", "2", "6",
                    "fits 2 of the 2 schemas of oneOf, not exactly one"},
        DialectCase{"whole_as_decimal", R"({"type": "integer", "multipleOf": 0.01})", "19.0", "19.5",
                    "must be of type integer, not number"},
        DialectCase{"large_numbers", R"({"const": 18446744073709551615})", "18446744073709551615", "-1",
                    "must be 18446744073709551615"},
        DialectCase{"time", R"({"format": "time"})", R"("23:59:60Z")", R"("23:58:60Z")", "must be a time of RFC 3339"},
        DialectCase{"day_of_a_leap_year", R"({"format": "date"})", R"("2024-02-29")", R"("2025-02-29")",
                    "must be a date of RFC 3339"}),
    [](const auto& one) { return std::string(one.param.name); });

struct RefusalCase {
    const char* name;
    const char* schema;
    const char* says;
};

class JsonSchemaRefusal : public ::testing::TestWithParam<RefusalCase> {};

TEST_P(JsonSchemaRefusal, NamesThePlace) {
    try {
        static_cast<void>(JsonSchema(GetParam().schema));
        ADD_FAILURE() << "it was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_THAT(error.what(), HasSubstr(GetParam().says));
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, JsonSchemaRefusal,
    ::testing::Values(
        RefusalCase{
            "list_of_items", R"({"properties": {"a": {"items": [true]}}})",
            "/properties/a/items: items must be a schema: an object, true or false; a list of schemas is prefixItems"},
        RefusalCase{"draft", R"({"$schema": "https://json-schema.org/draft/2019-09/schema"})",
                    "2019-09/schema\" is not known"},
        RefusalCase{"vocabulary", R"({"$vocabulary": {"https://example.com/v": true}})",
                    "the $vocabulary https://example.com/v is not known"},
        RefusalCase{"type", R"({"properties": {"a/b": {"type": "objekt"}}})",
                    "/properties/a~1b/type: type must be array"},
        RefusalCase{"count", R"({"minLength": -1})", "/minLength: minLength must be a whole number, 0 or more"},
        RefusalCase{"pattern", R"json({"items": {"pattern": "(?=a)"}})json",
                    "/items/pattern: the pattern (?=a) cannot be used"},
        RefusalCase{"schema", R"({"allOf": [3]})", "/allOf: allOf must be a list of at least one schema"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(JsonSchema, OfTrueAndFalse) {
    EXPECT_THAT(JsonSchema("true").problems(1), IsEmpty());
    EXPECT_THAT(JsonSchema("false").problems(1), ElementsAre("is not allowed"));
    EXPECT_FALSE(JsonSchema("true").is_of_object());
}

TEST(JsonSchema, OfDeepValuesAndMany) {
    const JsonSchema schema(R"({"type": "object", "properties": {"a": {"$ref": "#"}, "b": {"uniqueItems": true}}})");
    json deep = json::object();
    for (int i = 0; i < 200; ++i) deep = json{{"a", std::move(deep)}};
    EXPECT_THAT(schema.problems(deep), IsEmpty());
    for (int i = 0; i < 200; ++i) deep = json{{"a", std::move(deep)}};
    EXPECT_THAT(schema.problems(deep), ElementsAre(HasSubstr("too deep")));
    json numbers = json::array();
    for (int i = 0; i < 100'000; ++i) numbers.push_back(i);
    EXPECT_THAT(schema.problems({{"b", numbers}}), IsEmpty());
    numbers.push_back(7.0);
    EXPECT_THAT(schema.problems({{"b", numbers}}), ElementsAre(::testing::StartsWith("/b: has a duplicate item: 7")));
}

TEST(JsonSchema, OfOtherThanObjects) {
    EXPECT_FALSE(JsonSchema(R"({"type": "string"})").is_of_object());
    EXPECT_FALSE(JsonSchema("{}").is_of_object());
}

}  // namespace
}  // namespace quarry
