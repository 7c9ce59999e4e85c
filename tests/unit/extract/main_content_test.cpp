// Main content of the pages in tests/formats/pages, beside what Mozilla's Readability finds: readability.tsv.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/extract/extractor.h"

namespace quarry::extract {
namespace {

constexpr const char* pages_folder = QUARRY_SOURCE_DIR "/tests/formats/pages/";

std::map<std::string, int> count_words(std::string_view text) {
    std::map<std::string, int> counts;
    std::string word;
    for (const char c : std::string(text) + ' ') {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        } else if (!word.empty()) {
            ++counts[word];
            word.clear();
        }
    }
    return counts;
}

int total(const std::map<std::string, int>& counts) {
    int sum = 0;
    for (const auto& [word, count] : counts) sum += count;
    return sum;
}

/// Harmonic mean of how many of the words found are wanted, and how many of those wanted are found.
double f_score(std::string_view found, std::string_view wanted) {
    const std::map<std::string, int> found_words = count_words(found);
    const std::map<std::string, int> wanted_words = count_words(wanted);
    int common = 0;
    for (const auto& [word, count] : found_words) {
        const auto same = wanted_words.find(word);
        if (same != wanted_words.end()) common += std::min(count, same->second);
    }
    const int words = total(found_words) + total(wanted_words);
    return words == 0 ? 0 : 2.0 * common / words;
}

struct PageScore {
    std::string name;
    double readability = 0;
    double own = 0;
};

std::vector<PageScore> score_pages() {
    std::vector<PageScore> scores;
    const std::string table = read_file(std::string(pages_folder) + "readability.tsv", 100'000);
    for (const std::string_view line : split(table, '\n')) {
        const std::size_t tab = line.find('\t');
        if (line.starts_with('#') || tab == std::string_view::npos) continue;
        PageScore score{std::string(line.substr(0, tab)), std::stod(std::string(line.substr(tab + 1)))};
        const std::string path = pages_folder + score.name;
        const document::Document document =
            extractor_by_name("html").extract(read_file(path + ".html", 1'000'000), {.name = score.name});
        score.own = f_score(document.text, read_file(path + ".txt", 1'000'000));
        scores.push_back(std::move(score));
    }
    return scores;
}

TEST(MainContent, IsAsGoodAsReadabilitys) {
    const std::vector<PageScore> scores = score_pages();
    ASSERT_GE(scores.size(), 15U);
    double own = 0;
    double readability = 0;
    for (const PageScore& score : scores) {
        EXPECT_GE(score.own, 0.95) << score.name;
        RecordProperty(score.name, std::to_string(score.own));
        own += score.own;
        readability += score.readability;
    }
    const auto pages = static_cast<double>(scores.size());
    EXPECT_GE(own / pages, readability / pages - 0.01);
    std::printf("main content, word F-score: %.3f; Readability: %.3f\n", own / pages, readability / pages);
    for (const PageScore& score : scores) {
        std::printf("  %-16s %.3f  %.3f\n", score.name.c_str(), score.own, score.readability);
    }
}

}  // namespace
}  // namespace quarry::extract
