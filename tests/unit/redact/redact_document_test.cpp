// Documents, JSON, threads and hostile texts.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/redact/redactor.h"
#include "tests/unit/redact/samples.h"

namespace quarry::redact {
namespace {

TEST(RedactDocument, MovesBlocksAndPages) {
    const std::string key =
        "-----BEGIN PRIVATE KEY-----\n" + noise(64) + "\n\n" + noise(64) + "\n-----END PRIVATE KEY-----";
    const std::string heading = "# Mail ada@lovelace.io now";
    document::Document document;
    document.text = heading + "\n\nCall +41791234567.\n\n" + key + "\n\nEnd.";
    const std::size_t second = heading.size() + 2;
    const std::size_t third = document.text.find("-----BEGIN");
    const std::size_t middle = document.text.find("\n\n", third);
    const std::size_t last = document.text.find("End.");
    document.title = "Mail ada@lovelace.io now";
    document.blocks = {{document::BlockKind::heading, 0, heading.size(), 1, "Mail ada@lovelace.io now"},
                       {document::BlockKind::paragraph, second, second + 18, 0, ""},
                       {document::BlockKind::paragraph, third, middle, 0, ""},
                       {document::BlockKind::paragraph, middle + 2, last - 2, 0, ""},
                       {document::BlockKind::paragraph, last, last + 4, 0, ""}};
    document.page_starts = {0, second, middle + 2, last};
    document.metadata = {{"author", "Ada <ada@lovelace.io>"}, {"api_key", noise(30)}};
    everything().redact(document);

    EXPECT_EQ(document.text, "# Mail [REDACTED:email] now\n\nCall [REDACTED:phone].\n\n[REDACTED:private-key]\n\n"
                             "[REDACTED:private-key]\n\nEnd.");
    EXPECT_EQ(document.title, "Mail [REDACTED:email] now");
    EXPECT_EQ(document.blocks[0].label, "Mail [REDACTED:email] now");
    EXPECT_EQ(document.metadata[0].second, "Ada <[REDACTED:email]>");
    EXPECT_EQ(document.metadata[1].second, "[REDACTED:generic-secret]");
    std::vector<std::string> texts;
    for (const document::Block& block : document.blocks)
        texts.push_back(document.text.substr(block.start, block.end - block.start));
    EXPECT_EQ(texts, (std::vector<std::string>{"# Mail [REDACTED:email] now", "Call [REDACTED:phone].",
                                               "[REDACTED:private-key]", "[REDACTED:private-key]", "End."}));
    EXPECT_EQ(document.page_starts[2], document.blocks[3].start);
    EXPECT_EQ(document.page_starts[3], document.blocks[4].start);
    EXPECT_EQ(document.removed, (std::vector<std::pair<std::string, std::uint64_t>>{{"redacted email", 1},
                                                                                    {"redacted generic-secret", 1},
                                                                                    {"redacted phone", 1},
                                                                                    {"redacted private-key", 1}}));
}

TEST(RedactDocument, SeesThroughWhatIsNotSeen) {
    document::Document document;
    document.text = "Mail a\u00ADda@love\u200Blace.io\u200B now.";
    everything().redact(document);
    EXPECT_EQ(document.text, "Mail [REDACTED:email]\u200B now.");
}

TEST(RedactJson, TakesValuesAsWhatTheirNamesSay) {
    RedactionCounts counts;
    EXPECT_EQ(
        everything().redact_json(R"({"n":1,"mail":["x@y.de",{"card":4111111111111111}],"password":"aB3$dE5fG7"})",
                                 counts),
        R"({"n":1,"mail":["[REDACTED:email]",{"card":"[REDACTED:card]"}],"password":"[REDACTED:generic-secret]"})");
    EXPECT_EQ(counts, (RedactionCounts{{"card", 1}, {"email", 1}, {"generic-secret", 1}}));
    EXPECT_EQ(everything().redact_json("{}", counts), "{}");
    const std::string deep(100'000, '[');
    EXPECT_EQ(everything().redact_json(deep, counts), '"' + deep + '"');
}

TEST(RedactThreads, OneRedactorServesMany) {
    const std::string text = "ask a@b.de, +41791234567, npm_" + noise(36) + ", 4111 1111 1111 1111";
    RedactionCounts counts;
    const std::string expected = everything().redact(text, counts);
    std::vector<std::thread> threads;
    std::atomic<int> wrong = 0;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            RedactionCounts own;
            for (int round = 0; round < 100; ++round) wrong += everything().redact(text, own) == expected ? 0 : 1;
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
}

TEST(RedactHostile, TakesTimeInProportionToTheText) {
    // Each is a pattern's worst case; a megabyte of any takes well under the test's limit, quadratic work an hour.
    RedactionCounts counts;
    for (const std::string piece : {"-----BEGIN PRIVATE KEY-----\n",
                                    "eyJ",
                                    "eyJa-.eyJ",
                                    "://a:",
                                    "@",
                                    "a@",
                                    "a@a.",
                                    "password=\"",
                                    "token=",
                                    "1",
                                    "1 ",
                                    "+1",
                                    "4-",
                                    "(1",
                                    ":",
                                    "::a",
                                    "1.",
                                    "bearer ",
                                    "secret_access_key=",
                                    "sig=",
                                    "DE89 ",
                                    "Q~",
                                    "-us",
                                    "T3BlbkFJ"}) {
        std::string text;
        while (text.size() < 300'000) text += piece;
        text += "-----END";
        static_cast<void>(everything().redact(text, counts));
    }
}

}  // namespace
}  // namespace quarry::redact
