// What holds for any text: nothing is left to take out, and blocks and pages stay what they were.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "core/redact/redactor.h"

namespace quarry::redact {
namespace {

/// Pieces that begin, end, join and look like what is looked for.
constexpr auto pieces = std::to_array<std::string_view>({"a",
                                                         "é",
                                                         " ",
                                                         " ",
                                                         "\n",
                                                         "\n\n",
                                                         "-",
                                                         ".",
                                                         ":",
                                                         "/",
                                                         "@",
                                                         "\"",
                                                         "'",
                                                         "=",
                                                         " = ",
                                                         "+",
                                                         "(",
                                                         ")",
                                                         "0",
                                                         "4111",
                                                         "1111",
                                                         "12",
                                                         "555",
                                                         "0123",
                                                         "password",
                                                         "token",
                                                         "secret",
                                                         "api_key",
                                                         "tel ",
                                                         "ada@x.io",
                                                         "+41791234567",
                                                         "212-555-0187",
                                                         "DE89",
                                                         "3704004405",
                                                         "32013000",
                                                         "756.",
                                                         "9217.0769.85",
                                                         "8.8.8.8",
                                                         "2a00::1",
                                                         "536-22-1847",
                                                         "ghp_",
                                                         "xoxb-",
                                                         "sk-",
                                                         "eyJ",
                                                         "AKIA",
                                                         "npm_",
                                                         "key-",
                                                         "-us",
                                                         "k7mQ2vLx9R4tW8zB1nC6dF3gH5jK0pS7uV2xY4aE",
                                                         "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
                                                         "-----BEGIN PRIVATE KEY-----",
                                                         "-----END PRIVATE KEY-----",
                                                         "://u:",
                                                         "Bearer ",
                                                         "[REDACTED:",
                                                         "email]",
                                                         "[REDACTED:phone]",
                                                         "SK",
                                                         "Q~",
                                                         ":AA",
                                                         "bearer ",
                                                         "sig=",
                                                         "Steuer-ID ",
                                                         "86095742719"});

class Texts {
public:
    explicit Texts(std::uint32_t seed) : random_(seed) {}
    std::string next() {
        std::string text;
        for (std::size_t count = random_() % 24; count > 0; --count) text += pieces[random_() % pieces.size()];
        return text;
    }
    std::size_t below(std::size_t limit) { return random_() % limit; }

private:
    std::mt19937 random_;
};

const Redactor& redactor_of_all() {
    static const Redactor redactor(std::vector<std::string>{"all"});
    return redactor;
}

TEST(RedactProperty, NothingIsLeftToTakeOut) {
    Texts texts(4);
    std::size_t changed = 0;
    for (int i = 0; i < 50'000; ++i) {
        const std::string text = texts.next();
        RedactionCounts counts;
        const std::string redacted = redactor_of_all().redact(text, counts);
        ASSERT_TRUE(redactor_of_all().find(redacted).empty()) << text << "\n->\n" << redacted;
        ASSERT_EQ(redacted == text, counts.empty()) << text;
        changed += counts.empty() ? 0 : 1;
    }
    EXPECT_GT(changed, 10'000U);  // else the pieces say little
}

TEST(RedactProperty, BlocksKeepTheirTextAndOrder) {
    Texts texts(5);
    for (int i = 0; i < 20'000; ++i) {
        document::Document document;
        for (std::size_t count = 1 + texts.below(5); count > 0; --count) {
            const std::string text = texts.next();
            const std::size_t start = document.text.size();
            document.text += text;
            if (!text.empty())
                document.blocks.push_back({document::BlockKind::paragraph, start, document.text.size(), 0, {}});
            if (!text.empty() && texts.below(2) == 0) document.page_starts.push_back(start);
            document.text += "\n\n";
        }
        const document::Document before = document;
        redactor_of_all().redact(document);
        ASSERT_TRUE(redactor_of_all().find(document.text).empty()) << before.text;
        ASSERT_EQ(document.blocks.size(), before.blocks.size());
        std::size_t end = 0;
        for (std::size_t b = 0; b < document.blocks.size(); ++b) {
            const document::Block& block = document.blocks[b];
            ASSERT_LE(end, block.start) << before.text;
            ASSERT_LE(block.start, block.end);
            ASSERT_LE(block.end, document.text.size());
            end = block.end;
            // No boundary is within a placeholder, and a block in which nothing was found is as it was.
            for (const std::size_t offset : {block.start, block.end}) {
                const std::size_t open = document.text.rfind("[REDACTED:", offset);
                if (open == std::string::npos || open == offset || before.text.find("[REDACTED") != std::string::npos)
                    continue;
                ASSERT_LE(document.text.find(']', open) + 1, offset) << before.text << "\n->\n" << document.text;
            }
            const std::string now = document.text.substr(block.start, block.end - block.start);
            const document::Block& old = before.blocks[b];
            if (now.find("[REDACTED:") == std::string::npos) {
                ASSERT_EQ(now, before.text.substr(old.start, old.end - old.start));
            }
        }
        ASSERT_EQ(document.page_starts.size(), before.page_starts.size());
        ASSERT_TRUE(std::ranges::is_sorted(document.page_starts));
    }
}

}  // namespace
}  // namespace quarry::redact
