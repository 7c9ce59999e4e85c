#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "core/llm/answer_reader.h"
#include "core/llm/protocol.h"

namespace quarry::llm {

/// The tool by which an answer that fits a schema is asked for; its arguments are the answer.
inline constexpr std::string_view anthropic_answer_tool = "answer";

/// Puts a message of Anthropic's protocol together: a stream of named events, or one JSON object. Each citation of a
/// search result becomes a marker "[n]" behind the text that cites it.
class AnthropicAnswerReader final : public EventAnswerReader {
public:
    /// `source_numbers`: of each search result in the request, in order, the number that it is cited by.
    /// `answer_by_tool`: the arguments of `anthropic_answer_tool` are the text of the answer.
    AnthropicAnswerReader(const TextSink& sink, std::vector<std::size_t> source_numbers, bool answer_by_tool)
        : EventAnswerReader(sink, anthropic_address),
          source_numbers_(std::move(source_numbers)),
          answer_by_tool_(answer_by_tool) {}

private:
    enum class Block { other, text, tool, answer };
    void take_chunk(const nlohmann::json& chunk) override;
    void take_whole(const nlohmann::json& body) override;
    void take_end() override { close_block(); }
    void take_head(const nlohmann::json& message);
    void take_usage(const nlohmann::json& usage);
    void take_stop_reason(const nlohmann::json& holder);
    void open_block(std::int64_t index, const nlohmann::json& block);
    void take_delta(std::int64_t index, const nlohmann::json& delta);
    void close_block();
    void add_block_text(std::string_view bytes);
    void cite(const nlohmann::json& citation);

    std::vector<std::size_t> source_numbers_;
    bool answer_by_tool_;
    Block block_ = Block::other;                 // the one that is open: they come one after the other
    std::map<std::int64_t, std::size_t> calls_;  // tool calls by the index of their block
    std::vector<std::size_t> cited_;             // numbers that the open block cites
    std::string held_;                           // white space at its end, which markers go before
};

}  // namespace quarry::llm
