// Reads test collections in BEIR's layout; the files are foreign, so each line is checked.

#include "core/eval/beir.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/eval/collection_file.h"
#include "core/eval/trec.h"

namespace quarry::eval {
namespace {

constexpr std::string_view corpus_name = "corpus.jsonl";
constexpr std::string_view queries_name = "queries.jsonl";
constexpr std::string_view qrels_name = "qrels/test.tsv";
constexpr std::string_view layout_hint =
    "a BEIR folder has corpus.jsonl (_id, title, text), queries.jsonl (_id, text) and qrels/test.tsv "
    "(query-id, corpus-id, score; with a header line)";

/// The objects of a JSONL file with distinct "_id"s.
void for_each_object(const CollectionFile& file,
                     const std::function<void(const nlohmann::json&, std::string id, std::size_t line)>& visit) {
    std::unordered_set<std::string> seen;
    file.for_each_line([&](std::string_view line, std::size_t number) {
        const auto object = parse_bounded_json(line);
        if (!object.is_object()) file.refuse(number, "the line is not a JSON object");
        const auto id = object.find("_id");
        if (id == object.end() || !id->is_string()) file.refuse(number, "\"_id\" is missing or not a text");
        if (!seen.insert(id->get<std::string>()).second) {
            file.refuse(number, fmt::format("the _id {} occurs twice", id->get<std::string>()));
        }
        visit(object, id->get<std::string>(), number);
    });
}

/// A text field. Missing is an error, unless `optional`; null counts as missing.
std::string text_field(const nlohmann::json& object, const char* name, bool optional, const CollectionFile& file,
                       std::size_t line) {
    const auto field = object.find(name);
    if (field == object.end() || field->is_null()) {
        if (optional) return {};
        file.refuse(line, fmt::format("\"{}\" is missing", name));
    }
    if (!field->is_string()) file.refuse(line, fmt::format("\"{}\" is not a text", name));
    return field->get<std::string>();
}

}  // namespace

BeirFolder::BeirFolder(std::filesystem::path folder) : folder_(std::move(folder)) {
    for (const std::string_view name : {corpus_name, queries_name, qrels_name}) {
        std::error_code ignored;
        if (std::filesystem::is_regular_file(folder_ / name, ignored)) continue;
        throw Error(ErrorCode::usage, fmt::format("{} is not a test collection", folder_.string()),
                    std::string(layout_hint))
            .because(fmt::format("{} is missing", (folder_ / name).string()));
    }
}

void BeirFolder::for_each_document(const std::function<void(BeirDocument)>& visit) const {
    const CollectionFile file(folder_ / corpus_name, std::string(layout_hint));
    for_each_object(file, [&](const nlohmann::json& object, std::string id, std::size_t line) {
        visit({std::move(id), text_field(object, "title", true, file, line),
               text_field(object, "text", false, file, line)});
    });
}

std::vector<BeirQuery> BeirFolder::queries() const {
    const std::filesystem::path qrels = folder_ / qrels_name;
    Qrels judged = read_qrels(qrels);
    const auto refuse = [&qrels](std::string why) {
        throw Error(ErrorCode::failed, fmt::format("cannot use {}", qrels.string()), std::string(layout_hint))
            .because(std::move(why));
    };
    const bool any = std::any_of(judged.begin(), judged.end(), [](const auto& query) {
        return std::any_of(query.second.begin(), query.second.end(),
                           [](const auto& document) { return document.second > 0; });
    });
    if (!any) refuse("it marks no document as relevant");
    const CollectionFile file(folder_ / queries_name, std::string(layout_hint));
    std::vector<BeirQuery> queries;
    for_each_object(file, [&](const nlohmann::json& object, std::string id, std::size_t line) {
        auto of_query = judged.extract(id);
        std::string text = text_field(object, "text", false, file, line);
        if (of_query.empty()) return;
        queries.push_back({std::move(id), std::move(text), std::move(of_query.mapped())});
    });
    if (!judged.empty()) {
        refuse(fmt::format("it judges the query {}, which is not in {}", judged.begin()->first, file.path().string()));
    }
    return queries;
}

}  // namespace quarry::eval
