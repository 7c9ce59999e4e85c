// Makes the tables of core/tokenize/bpe when quarry is built:
//
//     make_bpe_tables ranks ENCODER.json OUT    the vocabulary of an npm package's encoder file, as a perfect hash
//     make_bpe_tables classes OUT               the classes of Unicode 16.0's code points
//
// The layout is told in core/tokenize/bpe/table_format.h.
#include <unicode/uchar.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/tokenize/bpe/table_format.h"

namespace {

using namespace quarry::tokenize::bpe;

struct Token {
    std::string bytes;
    std::uint32_t rank = 0;
    std::uint64_t hash = 0;
};

std::string decode_base64(std::string_view text) {
    static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text.substr(0, text.find('='))) {
        const std::size_t digit = digits.find(c);
        if (digit == std::string_view::npos) throw std::runtime_error("a rank is not base64: " + std::string(text));
        bits = bits << 6U | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes.push_back(static_cast<char>(bits >> held & 0xFFU));
        }
    }
    return bytes;
}

/// Lines of "! FIRST_RANK TOKEN TOKEN …", the tokens in base64 and in the order of their ranks.
std::vector<Token> read_ranks(const char* path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error(std::string("cannot read ") + path);
    std::istringstream words(nlohmann::json::parse(file).at("bpe_ranks").get<std::string>());
    std::vector<Token> tokens;
    std::uint32_t next_rank = 0;
    for (std::string word; words >> word;) {
        if (word == "!") {
            words >> next_rank;
            continue;
        }
        Token token{decode_base64(word), next_rank++};
        const bool is_short = token.bytes.size() <= short_token;
        if (token.bytes.empty() || token.bytes.size() > 255) throw std::runtime_error("a token of unexpected length");
        token.hash = is_short ? hash_short(load_bytes(token.bytes.data(), token.bytes.size()), token.bytes.size())
                              : hash_long(token.bytes);
        tokens.push_back(std::move(token));
    }
    if (tokens.size() < 256) throw std::runtime_error(std::string(path) + " has no ranks");
    return tokens;
}

struct Placed {
    std::vector<std::uint16_t> pilots;
    std::vector<const Token*> slots;  ///< Null where empty.
};

/// Finds for each bucket, the fullest first, a pilot that moves its keys to free slots.
Placed place(const std::vector<const Token*>& tokens) {
    Placed placed;
    placed.pilots.resize(tokens.size() / 4 + 1);
    placed.slots.resize(tokens.size() + tokens.size() / 50 + 1);
    const auto slot_count = static_cast<std::uint32_t>(placed.slots.size());
    std::vector<std::vector<const Token*>> buckets(placed.pilots.size());
    for (const Token* token : tokens) {
        buckets[bucket_of(token->hash, static_cast<std::uint32_t>(buckets.size()))].push_back(token);
    }
    std::vector<std::size_t> order(buckets.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return buckets[a].size() > buckets[b].size(); });
    std::vector<std::uint32_t> taken;
    for (const std::size_t bucket : order) {
        std::uint32_t pilot = 0;
        for (;; ++pilot) {
            if (pilot > 0xFFFF) throw std::runtime_error("no perfect hash was found");
            taken.clear();
            for (const Token* token : buckets[bucket]) {
                const std::uint32_t slot = slot_of(token->hash, static_cast<std::uint16_t>(pilot), slot_count);
                if (placed.slots[slot] != nullptr || std::find(taken.begin(), taken.end(), slot) != taken.end()) break;
                taken.push_back(slot);
            }
            if (taken.size() == buckets[bucket].size()) break;
        }
        placed.pilots[bucket] = static_cast<std::uint16_t>(pilot);
        for (std::size_t i = 0; i < taken.size(); ++i) placed.slots[taken[i]] = buckets[bucket][i];
    }
    return placed;
}

class Writer {
public:
    explicit Writer(const char* path) : file_(path, std::ios::binary) {}
    template <typename Thing>
    void array(const std::vector<Thing>& things) {
        file_.write(reinterpret_cast<const char*>(things.data()),
                    static_cast<std::streamsize>(things.size() * sizeof(Thing)));
        while (file_.tellp() % 8 != 0) file_.put('\0');
    }
    void close() {
        file_.close();
        if (!file_) throw std::runtime_error("the table could not be written");
    }

private:
    std::ofstream file_;
};

void write_ranks(const char* from, const char* to) {
    const std::vector<Token> tokens = read_ranks(from);
    std::vector<const Token*> brief;
    std::vector<const Token*> lengthy;
    std::size_t longest = 0;
    for (const Token& token : tokens) {
        (token.bytes.size() <= short_token ? brief : lengthy).push_back(&token);
        longest = std::max(longest, token.bytes.size());
    }
    const Placed short_table = place(brief);
    const Placed long_table = place(lengthy);
    const auto rank_and_length = [](const Token& token) {
        return token.rank | static_cast<std::uint32_t>(token.bytes.size()) << rank_bits;
    };
    std::vector<ShortSlot> short_slots;
    for (const Token* token : short_table.slots) {
        const std::uint64_t key = token == nullptr ? 0 : load_bytes(token->bytes.data(), token->bytes.size());
        short_slots.push_back({static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32U),
                               token == nullptr ? 0 : rank_and_length(*token)});
    }
    std::vector<LongSlot> long_slots;
    std::vector<char> bytes;
    for (const Token* token : long_table.slots) {
        long_slots.push_back(
            {static_cast<std::uint32_t>(bytes.size()), token == nullptr ? 0 : rank_and_length(*token)});
        if (token != nullptr) bytes.insert(bytes.end(), token->bytes.begin(), token->bytes.end());
    }
    const auto size = [](const auto& things) { return static_cast<std::uint32_t>(things.size()); };
    Writer out(to);
    out.array(std::vector<TableHeader>{{table_magic, size(tokens), static_cast<std::uint32_t>(longest),
                                        size(short_table.pilots), size(short_slots), size(long_table.pilots),
                                        size(long_slots), size(bytes)}});
    out.array(short_table.pilots);
    out.array(short_slots);
    out.array(long_table.pilots);
    out.array(long_slots);
    out.array(bytes);
    out.close();
}

struct Addition {
    char32_t first;
    char32_t last;
    CodePointClass is;
};

// Letters, marks and numbers that Unicode 15.1 and 16.0 added to the 15.0 of ICU 72. The reference encoders know 16.0.
constexpr auto upper = CodePointClass::upper, lower = CodePointClass::lower, letter = CodePointClass::letter,
               mark = CodePointClass::mark, number = CodePointClass::number;
constexpr Addition additions[] = {
    {0x897, 0x897, mark},       {0x1C89, 0x1C89, upper},    {0x1C8A, 0x1C8A, lower},    {0xA7CB, 0xA7CC, upper},
    {0xA7CD, 0xA7CD, lower},    {0xA7DA, 0xA7DA, upper},    {0xA7DB, 0xA7DB, lower},    {0xA7DC, 0xA7DC, upper},
    {0x105C0, 0x105F3, letter}, {0x10D40, 0x10D49, number}, {0x10D4A, 0x10D4F, letter}, {0x10D50, 0x10D65, upper},
    {0x10D69, 0x10D6D, mark},   {0x10D6F, 0x10D6F, letter}, {0x10D70, 0x10D85, lower},  {0x10EC2, 0x10EC4, letter},
    {0x10EFC, 0x10EFC, mark},   {0x11380, 0x11389, letter}, {0x1138B, 0x1138B, letter}, {0x1138E, 0x1138E, letter},
    {0x11390, 0x113B5, letter}, {0x113B7, 0x113B7, letter}, {0x113B8, 0x113C0, mark},   {0x113C2, 0x113C2, mark},
    {0x113C5, 0x113C5, mark},   {0x113C7, 0x113CA, mark},   {0x113CC, 0x113D0, mark},   {0x113D1, 0x113D1, letter},
    {0x113D2, 0x113D2, mark},   {0x113D3, 0x113D3, letter}, {0x113E1, 0x113E2, mark},   {0x116D0, 0x116E3, number},
    {0x11BC0, 0x11BE0, letter}, {0x11BF0, 0x11BF9, number}, {0x11F5A, 0x11F5A, mark},   {0x13460, 0x143FA, letter},
    {0x16100, 0x1611D, letter}, {0x1611E, 0x1612F, mark},   {0x16130, 0x16139, number}, {0x16D40, 0x16D6C, letter},
    {0x16D70, 0x16D79, number}, {0x18CFF, 0x18CFF, letter}, {0x1CCF0, 0x1CCF9, number}, {0x1E5D0, 0x1E5ED, letter},
    {0x1E5EE, 0x1E5EF, mark},   {0x1E5F0, 0x1E5F0, letter}, {0x1E5F1, 0x1E5FA, number}, {0x2EBF0, 0x2EE5D, letter},
};

CodePointClass class_of(char32_t c) {
    if (c == '\n' || c == '\r') return CodePointClass::newline;
    if (u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_WHITE_SPACE) != 0) return CodePointClass::space;
    for (const Addition& addition : additions) {
        if (c >= addition.first && c <= addition.last) return addition.is;
    }
    UVersionInfo since = {};
    u_charAge(static_cast<UChar32>(c), since);
    if (since[0] > 16) return CodePointClass::other;
    const auto mask = U_GET_GC_MASK(static_cast<UChar32>(c));
    if ((mask & (U_GC_LU_MASK | U_GC_LT_MASK)) != 0) return upper;
    if ((mask & U_GC_LL_MASK) != 0) return lower;
    if ((mask & U_GC_L_MASK) != 0) return letter;
    if ((mask & U_GC_M_MASK) != 0) return mark;
    if ((mask & U_GC_N_MASK) != 0) return number;
    return CodePointClass::other;
}

void write_classes(const char* to) {
    std::vector<std::uint8_t> numbers;
    std::vector<std::uint8_t> pages;
    std::map<std::string, std::size_t> known;
    for (std::uint32_t block = 0; block < class_blocks; ++block) {
        std::string page;
        for (std::uint32_t i = 0; i < class_page; ++i) {
            page.push_back(static_cast<char>(class_of(block * class_page + i)));
        }
        const auto [found, is_new] = known.try_emplace(page, known.size());
        if (is_new) pages.insert(pages.end(), page.begin(), page.end());
        if (found->second > 255) throw std::runtime_error("too many pages of code points for one byte");
        numbers.push_back(static_cast<std::uint8_t>(found->second));
    }
    Writer out(to);
    out.array(numbers);
    out.array(pages);
    out.close();
}

}  // namespace

int main(int count, char** arguments) {
    try {
        const std::string what = count > 1 ? arguments[1] : "";
        if (what == "ranks" && count == 4) {
            write_ranks(arguments[2], arguments[3]);
        } else if (what == "classes" && count == 3) {
            write_classes(arguments[2]);
        } else {
            std::cerr << "usage: make_bpe_tables ranks ENCODER.json OUT | make_bpe_tables classes OUT\n";
            return 2;
        }
    } catch (const std::exception& error) {
        std::cerr << "make_bpe_tables: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
