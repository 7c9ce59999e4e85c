#include "core/rerank/rerank_scores.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/bounded_json.h"
#include "core/base/error.h"

namespace quarry::rerank {
namespace {

using nlohmann::json;

Error unusable(std::string why) {
    return Error(ErrorCode::provider_failed, "the answer is not usable as scores of a reranker",
                 "check rerank.base_url, rerank.model and rerank.command")
        .because(std::move(why));
}

double finite_number(const json& value) {
    if (!value.is_number() || !std::isfinite(value.get<double>())) throw unusable("a score is not a finite number");
    return value.get<double>();
}

const json& items_of(const json& answer) {
    if (answer.is_array()) return answer;
    for (const char* name : {"results", "data", "scores"}) {
        const auto list = answer.find(name);
        if (list != answer.end() && list->is_array()) return *list;
    }
    throw unusable("it has no list \"results\", \"data\" or \"scores\"");
}

double score_of(const json& item) {
    for (const char* name : {"relevance_score", "score"}) {
        const auto score = item.find(name);
        if (score != item.end()) return finite_number(*score);
    }
    throw unusable("an item has no \"relevance_score\" and no \"score\"");
}

std::size_t index_of(const json& item, std::size_t count) {
    const auto index = item.find("index");
    if (index == item.end() || !index->is_number_unsigned() || index->get<std::uint64_t>() >= count) {
        throw unusable("an item's \"index\" is missing or out of range");
    }
    return index->get<std::size_t>();
}

}  // namespace

std::vector<double> read_rerank_scores(std::string_view body, std::size_t count) {
    const json answer = parse_bounded_json(body);
    if (answer.is_discarded() || !(answer.is_object() || answer.is_array())) throw unusable("it is not JSON");
    const json& items = items_of(answer);
    if (items.size() != count) throw unusable(fmt::format("it has {} scores for {} texts", items.size(), count));
    std::vector<double> scores(count);
    std::vector<bool> seen(count);
    for (std::size_t i = 0; i < count; ++i) {
        const bool plain = items[i].is_number();
        if (!plain && !items[i].is_object()) throw unusable("an item is neither a number nor an object");
        const std::size_t place = plain ? i : index_of(items[i], count);
        if (seen[place]) throw unusable(fmt::format("it has two scores for text {}", place));
        seen[place] = true;
        scores[place] = plain ? finite_number(items[i]) : score_of(items[i]);
    }
    return scores;
}

}  // namespace quarry::rerank
