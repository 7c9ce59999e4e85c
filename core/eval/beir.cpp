// Reads test collections in BEIR's layout; the files are foreign, so each line is checked.

#include "core/eval/beir.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "core/base/error.h"
#include "core/base/lines.h"
#include "core/base/text.h"

namespace quarry {
namespace {

constexpr std::string_view corpus_name = "corpus.jsonl";
constexpr std::string_view queries_name = "queries.jsonl";
constexpr std::string_view qrels_name = "qrels/test.tsv";
constexpr std::string_view layout_hint =
    "a BEIR folder has corpus.jsonl (_id, title, text), queries.jsonl (_id, text) and qrels/test.tsv "
    "(query-id, corpus-id, score; with a header line)";
constexpr std::size_t max_line_bytes = 64 << 20;

[[noreturn]] void refuse(const std::filesystem::path& file, std::size_t line, std::string why) {
    throw Error(ErrorCode::failed, fmt::format("cannot use {}:{}", file.string(), line), std::string(layout_hint))
        .because(std::move(why));
}

/// Calls `visit` with each line that is not blank and its number.
void for_each_line(const std::filesystem::path& file, const std::function<void(std::string_view, std::size_t)>& visit) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw Error(ErrorCode::failed, fmt::format("cannot read {}", file.string())).because(std::strerror(errno));
    std::string line;
    for (std::size_t number = 1; read_line(in, line, max_line_bytes); ++number) {
        if (line.size() > max_line_bytes) refuse(file, number, "the line is longer than 64 MB");
        if (const auto invalid = find_invalid_utf8(line)) {
            refuse(file, number, fmt::format("invalid UTF-8 at byte {} of the line", *invalid));
        }
        std::string_view text = line;
        if (number == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
        if (!trim(text).empty()) visit(text, number);
    }
    if (in.bad()) throw Error(ErrorCode::failed, fmt::format("cannot read {}", file.string()));
}

/// The objects of a JSONL file with distinct "_id"s.
void for_each_object(const std::filesystem::path& file,
                     const std::function<void(const nlohmann::json&, std::string id, std::size_t line)>& visit) {
    std::unordered_set<std::string> seen;
    for_each_line(file, [&](std::string_view line, std::size_t number) {
        const auto object = nlohmann::json::parse(line, nullptr, false);
        if (!object.is_object()) refuse(file, number, "the line is no JSON object");
        const auto id = object.find("_id");
        if (id == object.end() || !id->is_string()) refuse(file, number, "\"_id\" is missing or no text");
        if (!seen.insert(id->get<std::string>()).second) {
            refuse(file, number, fmt::format("the _id {} was there before", id->get<std::string>()));
        }
        visit(object, id->get<std::string>(), number);
    });
}

/// A text field. Missing is an error, unless `optional`; null counts as missing.
std::string text_field(const nlohmann::json& object, const char* name, bool optional, const std::filesystem::path& file,
                       std::size_t line) {
    const auto field = object.find(name);
    if (field == object.end() || field->is_null()) {
        if (optional) return {};
        refuse(file, line, fmt::format("\"{}\" is missing", name));
    }
    if (!field->is_string()) refuse(file, line, fmt::format("\"{}\" is no text", name));
    return field->get<std::string>();
}

}  // namespace

BeirFolder::BeirFolder(std::filesystem::path folder) : folder_(std::move(folder)) {
    for (const std::string_view name : {corpus_name, queries_name, qrels_name}) {
        std::error_code ignored;
        if (std::filesystem::is_regular_file(folder_ / name, ignored)) continue;
        throw Error(ErrorCode::usage, fmt::format("{} is no test collection", folder_.string()),
                    std::string(layout_hint))
            .because(fmt::format("{} is missing", (folder_ / name).string()));
    }
}

void BeirFolder::for_each_document(const std::function<void(BeirDocument)>& visit) const {
    const std::filesystem::path file = folder_ / corpus_name;
    for_each_object(file, [&](const nlohmann::json& object, std::string id, std::size_t line) {
        visit({std::move(id), text_field(object, "title", true, file, line),
               text_field(object, "text", false, file, line)});
    });
}

std::map<std::string, Judgements, std::less<>> BeirFolder::judgements() const {
    const std::filesystem::path file = folder_ / qrels_name;
    std::map<std::string, Judgements, std::less<>> judged;
    bool header = true;
    for_each_line(file, [&](std::string_view line, std::size_t number) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        const std::vector<std::string_view> fields = split(line, '\t');
        if (fields.size() != 3) {
            refuse(file, number, fmt::format("{} fields between tabs instead of 3", fields.size()));
        }
        if (std::exchange(header, false)) {
            if (fields[0] != "query-id") refuse(file, number, "the first line is not query-id, corpus-id, score");
            return;
        }
        int score = 0;
        const char* end = fields[2].data() + fields[2].size();
        const auto [at, failure] = std::from_chars(fields[2].data(), end, score);
        if (failure != std::errc() || at != end) {
            refuse(file, number, fmt::format("the score \"{}\" is no whole number", one_line(fields[2], 40)));
        }
        judged[std::string(fields[0])][std::string(fields[1])] = score;
    });
    return judged;
}

std::vector<BeirQuery> BeirFolder::queries() const {
    auto judged = judgements();
    std::erase_if(judged, [](const auto& query) {
        return std::none_of(query.second.begin(), query.second.end(),
                            [](const auto& document) { return document.second > 0; });
    });
    const std::filesystem::path file = folder_ / queries_name;
    std::vector<BeirQuery> queries;
    for_each_object(file, [&](const nlohmann::json& object, std::string id, std::size_t line) {
        auto of_query = judged.extract(id);
        std::string text = text_field(object, "text", false, file, line);
        if (of_query.empty()) return;
        queries.push_back({std::move(id), std::move(text), std::move(of_query.mapped())});
    });
    if (!judged.empty()) {
        throw Error(ErrorCode::failed, fmt::format("cannot use {}", (folder_ / qrels_name).string()),
                    std::string(layout_hint))
            .because(fmt::format("it judges the query {}, which is not in {}", judged.begin()->first, file.string()));
    }
    if (queries.empty()) {
        throw Error(ErrorCode::failed, fmt::format("cannot use {}", (folder_ / qrels_name).string()),
                    std::string(layout_hint))
            .because("it says of no document that it is relevant");
    }
    return queries;
}

}  // namespace quarry
