// Pieces that are found 64 bytes at a time are those that the scanners find one by one; and what is remembered of a
// long text changes nothing.
#include "core/tokenize/bpe/piece_block.h"

#include <gtest/gtest.h>

#include <bit>
#include <random>

#include "core/tokenize/bpe/bpe_encoder.h"
#include "core/tokenize/bpe/bpe_tokenizer.h"
#include "core/tokenize/bpe/piece_scanner.h"

#ifdef QUARRY_HAVE_BPE
extern "C" {
extern const char quarry_bpe_classes[];
extern const char quarry_bpe_cl100k_base[];
extern const char quarry_bpe_o200k_base[];
}

namespace quarry::tokenize::bpe {
namespace {

/// Everything that the patterns tell apart, side by side in every order.
std::string any_ascii_and_more(std::mt19937& random, std::size_t size) {
    static constexpr std::string_view parts[] = {
        "a",  "b",   "Z",    "XY",   "7",   "123", " ",   " ",    "  ",     "\t",           "\n",     "\r\n",    "\n\n",
        "'s", "'LL", "'r",   "'re",  "'",   "''",  ".",   "...",  "/",      "\n/",          " .\n",   "_",       "-",
        "\v", "\f",  "word", "Case", "don", "'t",  "'ve", "\x01", "\u00E9", "\u4E16\u754C", "\u00A0", "'\u017F",
    };
    std::string text;
    while (text.size() < size) text += parts[random() % std::size(parts)];
    return text;
}

template <typename Scanner>
void expect_same_pieces(const char* table) {
    const Scanner scanner{CodePointClasses(quarry_bpe_classes)};
    std::mt19937 random(7);
    std::size_t told = 0;
    for (int number = 0; number < 3000; ++number) {
        const std::string text = any_ascii_and_more(random, 1 + random() % 150);
        for (std::size_t at = 0; at < text.size();) {
            std::size_t start = at;
            for (std::uint64_t ends = Scanner::piece_ends(text, at); ends != 0; ends &= ends - 1) {
                const std::size_t end = at + static_cast<std::size_t>(std::countr_zero(ends));
                ASSERT_EQ(end, scanner.piece_end(text, start)) << ::testing::PrintToString(text) << " at " << start;
                start = end;
                ++told;
            }
            // Each piece is tried as the beginning of a block.
            at = scanner.piece_end(text, at);
        }
    }
    EXPECT_GT(told, 100'000U);

    const std::string text = any_ascii_and_more(random, 40'000);
    std::vector<std::uint32_t> ranks;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = scanner.piece_end(text, at);
        const std::string piece = text.substr(at, end - at);
        BpeEncoder(RankTable(table), piece).encode(piece, ranks);
        at = end;
    }
    const auto tokenizer = make_bpe_tokenizer(table == quarry_bpe_cl100k_base ? "cl100k_base" : "o200k_base");
    EXPECT_EQ(tokenizer->encode(text), ranks);
    EXPECT_EQ(tokenizer->count(text), ranks.size());
    EXPECT_EQ(tokenizer->measure(text)->count(0, text.size()), ranks.size());
}

TEST(PieceBlock, GivesThePiecesOfCl100k) { expect_same_pieces<Cl100kScanner>(quarry_bpe_cl100k_base); }
TEST(PieceBlock, GivesThePiecesOfO200k) { expect_same_pieces<O200kScanner>(quarry_bpe_o200k_base); }

}  // namespace
}  // namespace quarry::tokenize::bpe
#endif
