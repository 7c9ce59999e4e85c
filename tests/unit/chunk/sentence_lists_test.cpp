// How many rows of tests/data/sentences hold, language by language.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/base/characters.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/chunk/sentences.h"

namespace quarry::chunk {
namespace {

constexpr std::string_view mark = "¦ ";

struct Language {
    const char* name;
    std::size_t rows;
    std::size_t needed_percent;
};
class SentenceLists : public ::testing::TestWithParam<Language> {};

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
    return text;
}

/// `text` with marks where the rules end its sentences.
std::string with_marks(const std::string& text) {
    std::string marked;
    std::size_t at = 0;
    for (const std::size_t end : sentence_ends(text, 0, text.size())) {
        const std::size_t start = skip_white_space(text, at, end);
        marked += text.substr(at, start - at);
        if (at > 0) marked += mark;
        marked += text.substr(start, end - start);
        at = end;
    }
    return marked;
}

TEST_P(SentenceLists, MostlyHold) {
    const std::string path = std::string(QUARRY_SOURCE_DIR "/tests/data/sentences/") + GetParam().name + ".txt";
    const std::string list = read_file(path, 100'000);
    std::size_t rows = 0, right = 0;
    std::string wrong;
    for (const std::string_view line : split(list, '\n')) {
        if (line.empty()) continue;
        ++rows;
        const std::string wanted = replaced(std::string(line), "\\n", "\n");
        const std::string found = with_marks(replaced(wanted, mark, ""));
        if (found == wanted) {
            ++right;
        } else {
            wrong += found + '\n';
        }
    }
    std::printf("%s: %zu of %zu\n%s", GetParam().name, right, rows, wrong.c_str());
    EXPECT_EQ(rows, GetParam().rows);
    EXPECT_GE(right * 100, rows * GetParam().needed_percent) << wrong;
}

INSTANTIATE_TEST_SUITE_P(Languages, SentenceLists,
                         ::testing::Values(Language{"en", 80, 92}, Language{"de", 40, 90}, Language{"ru", 40, 90},
                                           Language{"fr", 40, 90}, Language{"es", 40, 90}),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace quarry::chunk
