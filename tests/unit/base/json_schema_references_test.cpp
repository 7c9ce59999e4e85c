// The references of JSON Schemas.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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

class JsonSchemaReferences : public ::testing::TestWithParam<ReferenceCase> {};

TEST_P(JsonSchemaReferences, AreFollowedToAnEnd) {
    const std::string says = GetParam().says;
    if (says.empty()) {
        const JsonSchema schema(GetParam().schema);
        EXPECT_TRUE(schema.problems(json::parse(R"({"a":{"a":{}}})")).empty());
        return;
    }
    try {
        static_cast<void>(JsonSchema(GetParam().schema));
        ADD_FAILURE() << "it was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_THAT(error.what(), HasSubstr(says));
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, JsonSchemaReferences,
    ::testing::Values(
        ReferenceCase{"itself", R"({"$ref":"#"})", "the schema: its references form a loop"},
        ReferenceCase{"two", R"({"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}})",
                      "form a loop"},
        ReferenceCase{"unused", R"({"type":"object","$defs":{"a":{"$ref":"#/$defs/a"}}})", "/$defs/a: its references"},
        ReferenceCase{"escaped", R"({"$defs":{"a/b%":{"$ref":"#/$defs/a~1b%25"}}})", "form a loop"},
        ReferenceCase{"of_a_list", R"({"allOf":[{"$ref":"#/allOf/0"}]})", "form a loop"},
        ReferenceCase{"all_of", R"({"type":"object","allOf":[{"$ref":"#"}]})", "form a loop"},
        ReferenceCase{"nothing", R"({"not":{"if":{"$ref":"#"}}})", "form a loop"},
        ReferenceCase{"dependencies", R"({"dependencies":{"a":{"$ref":"#"}}})", "form a loop"},
        ReferenceCase{"dependent_schemas", R"({"dependentSchemas":{"a":{"$ref":"#"}}})", "form a loop"},
        ReferenceCase{"beside_others",
                      R"({"allOf":[true,{"$ref":"#/$defs/a","type":"object"}],"$defs":{"a":{"$ref":"#"}}})",
                      "form a loop"},
        ReferenceCase{"dynamic", R"({"$dynamicAnchor":"a","$dynamicRef":"#a"})", "form a loop"},
        ReferenceCase{"elsewhere", R"({"properties":{"a":{"$ref":"b.json#/c"}}})",
                      "/properties/a/$ref: \"b.json#/c\" is in another document, which is never fetched"},
        ReferenceCase{"metaschema", R"({"$ref":"https://json-schema.org/draft/2020-12/schema"})", "is never fetched"},
        ReferenceCase{"dynamic_elsewhere", R"({"properties":{"a":{"$dynamicRef":"b#c"}}})", "is never fetched"},
        ReferenceCase{"file", R"({"$id":"https://example.com/s","$ref":"file:///etc/passwd"})", "is never fetched"},
        ReferenceCase{"no_member", R"({"$ref":"#/$defs/a"})", "/$ref: \"#/$defs/a\" does not lead to a schema"},
        ReferenceCase{"no_anchor", R"({"$ref":"#a"})", "does not lead to a schema"},
        ReferenceCase{"no_schema", R"({"$ref":"#/type","type":"object"})", "does not lead to a schema"},
        ReferenceCase{"anchor_twice", R"({"$defs":{"a":{"$anchor":"n"},"b":{"$anchor":"n"}}})", "have this anchor"},
        ReferenceCase{"id_twice", R"({"$defs":{"a":{"$id":"n"},"b":{"$id":"n"}}})", "have this $id"},
        ReferenceCase{"long", chain(5000, R"({{"$ref":"#/$defs/a{}"}})", "{}"), "too long a chain"},
        ReferenceCase{"many", chain(5000, R"({{"properties":{{"a":{{"$ref":"#/$defs/a{}"}}}}}})", "{}"), ""},
        ReferenceCase{"recursive", R"({"type":"object","properties":{"a":{"$ref":"#"}}})", ""},
        ReferenceCase{"list_of_itself", R"({"anyOf":[{"items":{"$ref":"#"},"type":"array"},{"type":"object"}]})", ""},
        ReferenceCase{"used_twice",
                      R"({"$defs":{"a":{"type":"object"}},"allOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"}]})", ""},
        ReferenceCase{"named_so", R"({"properties":{"$ref":{"type":"string"},"allOf":{"type":"array"}}})", ""},
        ReferenceCase{"deep", deep_chain(), ""},
        ReferenceCase{"its_own_address", R"({"$id":"https://example.com/s/","properties":{"a":{"$ref":"/s/t#b"}},
                      "$defs":{"t":{"$id":"t","$defs":{"b":{"$anchor":"b","type":"object"}}}}})",
                      ""}),
    [](const auto& one) { return std::string(one.param.name); });

/// What a hostile schema and value can take is bounded, and said.
TEST(JsonSchemaReferences, OfSchemasMadeToTakeLong) {
    std::string doubling = R"({"$defs":{)";
    for (int i = 0; i < 60; ++i) {
        doubling +=
            fmt::format(R"("a{0}":{{"allOf":[{{"$ref":"#/$defs/a{1}"}},{{"$ref":"#/$defs/a{1}"}}]}},)", i, i + 1);
    }
    doubling += R"("a60":{}},"$ref":"#/$defs/a0"})";
    EXPECT_THAT(JsonSchema(doubling).problems(1), ::testing::ElementsAre(HasSubstr("too many steps")));

    const JsonSchema both(R"({"anyOf":[{"properties":{"a":{"$ref":"#"}}, "required":["b"]},
                                       {"properties":{"a":{"$ref":"#"}}, "required":["c"]}]})");
    json deep = json::object();
    for (int i = 0; i < 90; ++i) deep = json{{"a", std::move(deep)}};
    EXPECT_THAT(both.problems(deep), ::testing::ElementsAre(HasSubstr("too many steps")));

    const JsonSchema turning(R"({"$id":"https://example.com/a","$dynamicAnchor":"n","$ref":"b",
        "$defs":{"b":{"$id":"b","properties":{"x":{"$dynamicRef":"#n"}},"$defs":{"n":{"$dynamicAnchor":"n"}},
                 "allOf":[{"$dynamicRef":"#n"}]}}})");
    EXPECT_THAT(turning.problems(1), ::testing::ElementsAre(HasSubstr("too deep")));
}

}  // namespace
}  // namespace quarry
