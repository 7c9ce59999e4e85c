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
    EXPECT_THAT(schema.problems({{"a", std::string(1'000'000, 'a')}}), ElementsAre(HasSubstr("too long")));
}

TEST(JsonSchema, OfOtherThanObjects) {
    EXPECT_FALSE(JsonSchema(R"({"type": "string"})").is_of_object());
    EXPECT_FALSE(JsonSchema("{}").is_of_object());
}

}  // namespace
}  // namespace quarry
