// The file formats of trec_eval.

#include "core/eval/trec.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <ostream>
#include <set>
#include <utility>

#include "core/base/text.h"
#include "core/eval/collection_file.h"

namespace quarry::eval {
namespace {

constexpr std::string_view qrels_layout =
    "judgements are lines of: query 0 document grade; or, with a header line, of query-id, corpus-id and score between "
    "tabs";
constexpr std::string_view run_layout = "a run has lines of: query Q0 document rank score name";

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    Number number{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string without_blanks(std::string_view text) {
    std::string word(text.empty() ? "_" : text);
    for (char& byte : word) {
        if (byte == ' ' || (byte >= '\t' && byte <= '\r')) byte = '_';
    }
    return word;
}

}  // namespace

Qrels read_qrels(const std::filesystem::path& path) {
    const CollectionFile file(path, std::string(qrels_layout));
    Qrels qrels;
    std::optional<bool> beir;
    file.for_each_line([&](std::string_view line, std::size_t number) {
        if (!beir) {
            beir = line.starts_with("query-id\t");
            if (*beir) return;
        }
        const std::vector<std::string_view> fields = *beir ? split(line, '\t') : split_blank(line);
        const std::size_t wanted = *beir ? 3 : 4;
        if (fields.size() != wanted) {
            file.refuse(number,
                        fmt::format("{} fields between {} instead of {}{}", fields.size(), *beir ? "tabs" : "blanks",
                                    wanted, fields.size() == 3 ? ", and there is no header line for 3 fields" : ""));
        }
        if (fields[0].empty() || fields[wanted - 2].empty())
            file.refuse(number, "the id of a query or document is empty");
        const std::optional<int> grade = number_of<int>(trim(fields.back()));
        if (!grade)
            file.refuse(number, fmt::format("the score \"{}\" is not a whole number", one_line(fields.back(), 40)));
        const std::string document(fields[wanted - 2]);
        const auto [judged, is_new] = qrels[std::string(fields[0])].emplace(document, *grade);
        if (!is_new && judged->second != *grade) {
            file.refuse(number, fmt::format("{} has another judgement for this query in an earlier line",
                                            one_line(document, 80)));
        }
    });
    return qrels;
}

Run read_run(const std::filesystem::path& path) {
    const CollectionFile file(path, std::string(run_layout));
    struct Scored {
        float score;
        std::string id;
    };
    std::map<std::string, std::vector<Scored>, std::less<>> scored;
    std::map<std::string, std::set<std::string, std::less<>>, std::less<>> seen;
    file.for_each_line([&](std::string_view line, std::size_t number) {
        const std::vector<std::string_view> fields = split_blank(line);
        if (fields.size() != 6) file.refuse(number, fmt::format("{} fields instead of 6", fields.size()));
        const std::optional<double> score = number_of<double>(fields[4]);
        if (!score || std::isnan(*score)) {
            file.refuse(number, fmt::format("the score \"{}\" is not a number", one_line(fields[4], 40)));
        }
        const std::string query(fields[0]);
        if (!seen[query].emplace(fields[2]).second) {
            file.refuse(number, fmt::format("{} is ranked twice for this query", one_line(fields[2], 80)));
        }
        constexpr double largest = std::numeric_limits<float>::max();
        scored[query].push_back({static_cast<float>(std::clamp(*score, -largest, largest)), std::string(fields[2])});
    });
    Run run;
    for (auto& [query, documents] : scored) {
        std::sort(documents.begin(), documents.end(), [](const Scored& left, const Scored& right) {
            return left.score != right.score ? left.score > right.score : left.id > right.id;
        });
        std::vector<std::string>& ranking = run[query];
        for (Scored& document : documents) ranking.push_back(std::move(document.id));
    }
    return run;
}

void write_run(std::ostream& out, std::string_view query, std::span<const RankedDocument> ranking,
               std::string_view name) {
    float before = std::numeric_limits<float>::infinity();
    for (std::size_t i = 0; i < ranking.size(); ++i) {
        const float below = std::nextafter(before, -std::numeric_limits<float>::infinity());
        before = std::min(static_cast<float>(ranking[i].score), below);
        out << fmt::format("{} Q0 {} {} {} {}\n", without_blanks(query), without_blanks(ranking[i].id), i + 1, before,
                           without_blanks(name));
    }
}

}  // namespace quarry::eval
