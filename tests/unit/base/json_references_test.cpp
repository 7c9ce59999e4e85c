#include "core/base/json_references.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/json_schema.h"

namespace quarry {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

struct ReferenceCase {
    const char* name;
    std::string schema;
    const char* says;  ///< "" for what is lawful.
};

std::string chain(int links, const char* link, const char* end) {
    std::string schema = R"({"$defs":{)";
    for (int i = 0; i < links; ++i) schema += fmt::format("\"a{}\":{},", i, fmt::format(fmt::runtime(link), i + 1));
    return schema + fmt::format(R"("a{}":{}}},"allOf":[{{"$ref":"#/$defs/a0"}}]}})", links, end);
}

/// References each at the end of forty objects within each other.
std::string deep_chain() {
    std::string link;
    for (int i = 0; i < 40; ++i) link += R"({{"properties":{{"p":)";
    link += R"({{"$ref":"#/$defs/a{}"}})";
    for (int i = 0; i < 40; ++i) link += "}}}}";
    return chain(30, link.c_str(), "{}");
}

class JsonReferences : public ::testing::TestWithParam<ReferenceCase> {};

TEST_P(JsonReferences, AreFollowedToAnEnd) {
    const auto problem = find_bad_reference(json::parse(GetParam().schema));
    const std::string says = GetParam().says;
    if (says.empty()) {
        EXPECT_EQ(problem, std::nullopt) << *problem;
        const JsonSchema schema(GetParam().schema);
        EXPECT_TRUE(schema.problems(json::parse(R"({"a":{"a":{}}})")).empty());
        return;
    }
    ASSERT_TRUE(problem);
    EXPECT_THAT(*problem, HasSubstr(says));
    EXPECT_THROW(JsonSchema{GetParam().schema}, Error);
}

INSTANTIATE_TEST_SUITE_P(
    All, JsonReferences,
    ::testing::Values(
        ReferenceCase{"itself", R"({"$ref":"#"})", "\"#\" leads back to itself"},
        ReferenceCase{"two", R"({"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}})",
                      "back to itself"},
        ReferenceCase{"unused", R"({"type":"object","$defs":{"a":{"$ref":"#/$defs/a"}}})", "back to itself"},
        ReferenceCase{"escaped", R"({"$defs":{"a/b%":{"$ref":"#/$defs/a~1b%25"}}})", "back to itself"},
        ReferenceCase{"of_a_list", R"({"allOf":[{"$ref":"#/allOf/0"}]})", "back to itself"},
        ReferenceCase{"all_of", R"({"type":"object","allOf":[{"$ref":"#"}]})", "back to itself"},
        ReferenceCase{"nothing", R"({"not":{"if":{"$ref":"#"}}})", "back to itself"},
        ReferenceCase{"dependencies", R"({"dependencies":{"a":{"$ref":"#"}}})", "back to itself"},
        ReferenceCase{"elsewhere", R"({"properties":{"a":{"$ref":"b.json#/c"}}})", "not in the schema itself"},
        ReferenceCase{"long", chain(5000, R"({{"$ref":"#/$defs/a{}"}})", "{}"), "on and on"},
        ReferenceCase{"many", chain(5000, R"({{"properties":{{"a":{{"$ref":"#/$defs/a{}"}}}}}})", "{}"),
                      "more than 200 references"},
        ReferenceCase{"recursive", R"({"type":"object","properties":{"a":{"$ref":"#"}}})", ""},
        ReferenceCase{"list_of_itself", R"({"anyOf":[{"items":{"$ref":"#"},"type":"array"},{"type":"object"}]})", ""},
        ReferenceCase{"used_twice",
                      R"({"$defs":{"a":{"type":"object"}},"allOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"}]})", ""},
        ReferenceCase{"named_so", R"({"properties":{"$ref":{"type":"string"},"allOf":{"type":"array"}}})", ""},
        ReferenceCase{"deep", deep_chain(), "levels into each other"},
        ReferenceCase{"not_too_many", chain(190, R"({{"properties":{{"a":{{"$ref":"#/$defs/a{}"}}}}}})", "{}"), ""}),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace quarry
