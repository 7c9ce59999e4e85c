#include "core/store/json_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace quarry::store {
namespace {

struct JsonPath {
    const char* name;
    std::vector<std::string> path;
};

class JsonPathTest : public ::testing::TestWithParam<JsonPath> {};

TEST_P(JsonPathTest, is_written_as_a_json_library_writes_it) {
    const nlohmann::json array = GetParam().path;
    EXPECT_EQ(path_json(GetParam().path),
              GetParam().path.empty() ? "[]" : array.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

INSTANTIATE_TEST_SUITE_P(
    Paths, JsonPathTest,
    ::testing::Values(JsonPath{"empty", {}}, JsonPath{"one", {"Install"}}, JsonPath{"several", {"A", "", "B c, d"}},
                    JsonPath{"quotes", {"say \"x\"", "back\\slash", "/"}},
                    JsonPath{"controls", {"tab\tline\n", std::string("nul\0!", 5), "del\x7F"}},
                    JsonPath{"beyond_ascii", {"\xC3\xA9t\xC3\xA9", "\xE4\xB8\x96", "\xF0\x9F\x98\x80"}},
                    JsonPath{"broken", {"a\xFF", "\xE4\xB8", "\xC3(", "whole"}}),
    [](const auto& row) { return row.param.name; });

TEST(JsonBlocksTest, come_back_as_they_were) {
    const std::vector<document::Block> blocks = {{document::BlockKind::heading, 0, 9, 1, "A \"b\" \xC3\xA9"},
                                                 {document::BlockKind::code, 11, 40, 0, "c++"},
                                                 {document::BlockKind::paragraph, 42, 50, 0, ""}};
    std::vector<document::Block> read;
    append_blocks(blocks_json(blocks), read);
    ASSERT_EQ(read.size(), blocks.size());
    for (std::size_t i = 0; i < read.size(); ++i) {
        EXPECT_EQ(read[i].kind, blocks[i].kind);
        EXPECT_EQ(read[i].start, blocks[i].start);
        EXPECT_EQ(read[i].end, blocks[i].end);
        EXPECT_EQ(read[i].level, blocks[i].level);
        EXPECT_EQ(read[i].label, blocks[i].label);
    }
}

}  // namespace
}  // namespace quarry::store
