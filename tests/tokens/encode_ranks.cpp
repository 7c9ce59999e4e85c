// Encodes each line of standard input, bytes in hexadecimal, by the encoding that is the argument; prints the ranks of
// a line's tokens, separated by spaces. For holding them against the reference encoder's.
#include <charconv>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

#include "core/tokenize/bpe/bpe_tokenizer.h"

int main(int count, char** arguments) {
    const std::unique_ptr<quarry::tokenize::BpeTokenizer> tokenizer =
        count == 2 ? quarry::tokenize::make_bpe_tokenizer(arguments[1]) : nullptr;
    if (tokenizer == nullptr) {
        std::cerr << "encode_ranks: there is no encoding of this name here\n";
        return 77;  // CTest's word for a test that was skipped
    }
    for (std::string line; std::getline(std::cin, line);) {
        std::string bytes;
        for (std::size_t i = 0; i + 1 < line.size(); i += 2) {
            unsigned value = 0;
            std::from_chars(line.data() + i, line.data() + i + 2, value, 16);
            bytes.push_back(static_cast<char>(value));
        }
        const std::vector<std::uint32_t> ranks = tokenizer->encode(bytes);
        // Counting must agree: it is what quarry does.
        if (tokenizer->count(bytes) != ranks.size()) {
            std::cerr << "encode_ranks: the count is not the number of ranks: " << line << '\n';
            return 1;
        }
        for (std::size_t i = 0; i < ranks.size(); ++i) std::cout << (i > 0 ? " " : "") << ranks[i];
        std::cout << '\n';
    }
    return 0;
}
