#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "core/wire/chunk_json.h"
#include "core/wire/document.h"

namespace quarry::wire {
namespace {

std::string json_string(std::string_view text) {
    std::string json;
    append_json_string(json, text);
    return json;
}

TEST(ChunkJson, WritesTextsAsTheLibraryDoes) {
    std::string all_ascii;
    for (char byte = 0; byte < 127; ++byte) all_ascii += byte;
    for (const std::string& text :
         {all_ascii, std::string(), std::string("\"\n"), std::string("Größe – 日本 \U0001F600\x7F"),
          std::string("cut \xE6\x97"), std::string("\xFF in \"it\"\n")}) {
        EXPECT_EQ(json_string(text), line_text(text));
    }
    std::mt19937 random(7);
    for (int round = 0; round < 500; ++round) {
        std::string text;
        for (auto length = random() % 12; length > 0; --length) text += static_cast<char>(random() % 256);
        EXPECT_EQ(json_string(text), line_text(text));
    }
}

TEST(ChunkJson, HasTheFieldsOfTheChunkInTheirOrder) {
    std::vector<document::ChunkSpan> spans(3);
    document::ChunkSpan& span = spans[1];
    span.start_byte = 3;
    span.end_byte = 8;
    span.start_char = 2;
    span.end_char = 7;
    span.start_line = 4;
    span.end_line = 5;
    span.start_page = 6;
    span.end_page = 7;
    span.heading_path = {"One", "\"Two\""};
    span.symbol_path = {"f"};
    span.tokens = 9;
    span.table_header = "| a |";
    span.parent_start = 1;
    span.parent_end = 20;
    std::string line;
    append_cut_chunk(line, "a.md", spans, 1, "x\ty");
    EXPECT_EQ(
        line,
        R"({"source":"a.md","index":1,"start_byte":3,"end_byte":8,"start_char":2,"end_char":7,"start_line":4,)"
        R"("end_line":5,"start_page":6,"end_page":7,"heading_path":["One","\"Two\""],"symbol_path":["f"],"tokens":9,)"
        R"("table_header":"| a |","parent":{"start_byte":1,"end_byte":20},"previous":0,"next":2,"text":"x\ty"})");
    line.clear();
    append_cut_chunk(line, "a.md", std::span(spans).first(1), 0, "");
    const auto least = nlohmann::json::parse(line);
    EXPECT_TRUE(least.at("previous").is_null());
    EXPECT_TRUE(least.at("next").is_null());
    EXPECT_FALSE(least.contains("parent"));
}

}  // namespace
}  // namespace quarry::wire
