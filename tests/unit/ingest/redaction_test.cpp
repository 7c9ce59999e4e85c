// Redaction on the way in, and of a base that exists already.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "core/base/file.h"
#include "core/ingest/ingest.h"

namespace quarry::ingest {
namespace {

using testing::HasSubstr;
using testing::Not;

class RedactionTest : public ::testing::Test {
protected:
    void write(const std::string& name, const std::string& content) {
        std::ofstream(folder.path() / name, std::ios::binary) << content;
    }
    [[nodiscard]] std::string base_path() const { return (folder.path() / ".base.db").string(); }
    [[nodiscard]] std::unique_ptr<store::Store> open() const {
        return store::open_store(base_path(), store::StoreMode::create);
    }
    IngestReport read(store::Store& store, std::optional<std::vector<std::string>> kinds = std::nullopt) {
        IngestOptions options;
        options.redact = std::move(kinds);
        options.threads = 2;
        return quarry::ingest::ingest(&store, {{folder.path()}, {}, {}}, options, cancellation);
    }
    /// Whether the bytes are anywhere in the base's files.
    [[nodiscard]] bool base_has(const std::string& bytes) const {
        for (const char* suffix : {"", "-wal"}) {
            std::ifstream file(base_path() + suffix, std::ios::binary);
            const std::string content((std::istreambuf_iterator<char>(file)), {});
            if (content.find(bytes) != std::string::npos) return true;
        }
        return false;
    }
    [[nodiscard]] static std::string text_of(const store::Store& store, const std::string& uri) {
        return store.document_text(store.source(uri)->document_id.value()).value();
    }
    [[nodiscard]] std::string uri(const std::string& name) const { return (folder.path() / name).string(); }

    const std::vector<std::string> all = {"default"};
    TemporaryDirectory folder;
    Cancellation cancellation;
};

TEST_F(RedactionTest, TheBaseNeverHoldsTheOriginal) {
    write("a.md", "---\nauthor: Ada <quibblewort@lovelace.io>\n---\n# Of quibblewort@lovelace.io\n\nWrite to "
                  "quibblewort@lovelace.io.\n");
    const auto store = open();
    const IngestReport report = read(*store, all);
    EXPECT_EQ(report.added, 1U);
    EXPECT_EQ(report.taken_out.at("redacted email"), 3U);
    EXPECT_THAT(text_of(*store, uri("a.md")), HasSubstr("Write to [REDACTED:email]."));
    EXPECT_FALSE(base_has("quibblewort"));
    EXPECT_TRUE(store->verify({}).empty());
}

TEST_F(RedactionTest, MetadataAndTitlesOfJsonLinesAreRedacted) {
    std::istringstream lines(
        R"({"id":"1","title":"by zz@quibble.io","text":"Hello.","metadata":{"from":"zz@quibble.io"}})"
        "\n"
        R"({"id":"2","title":"t","text":"","metadata":{"from":"zz@quibble.io"}})");
    const auto store = open();
    IngestOptions options;
    options.redact = all;
    static_cast<void>(ingest_jsonl(store.get(), lines, "lines", options, cancellation));
    EXPECT_EQ(store->source("1")->metadata_json, R"({"from":"[REDACTED:email]"})");
    EXPECT_EQ(store->source("1")->title, "by [REDACTED:email]");
    EXPECT_FALSE(base_has("quibble"));
}

TEST_F(RedactionTest, ARunWithoutTheOptionRedactsAsTheBaseWasMade) {
    write("a.txt", "Call +41791234567 now.");
    const auto store = open();
    static_cast<void>(read(*store, all));
    write("b.txt", "Or +41791234568, please.");
    const IngestReport report = read(*store);
    EXPECT_EQ(report.added, 1U);
    EXPECT_EQ(report.redacted, 0U);
    EXPECT_EQ(text_of(*store, uri("b.txt")), "Or [REDACTED:phone], please.");
}

TEST_F(RedactionTest, WhatIsInTheBaseIsRedactedWhenItIsTurnedOn) {
    write("a.txt", "Ask quibblewort@lovelace.io or call +41791234567.");
    write("b.txt", "Nothing to see.");
    const auto store = open();
    static_cast<void>(read(*store));
    EXPECT_TRUE(base_has("quibblewort"));
    std::filesystem::remove(folder.path() / "a.txt");
    const IngestReport report = read(*store, all);
    EXPECT_EQ(report.redacted, 1U);
    EXPECT_EQ(text_of(*store, uri("a.txt")), "Ask [REDACTED:email] or call [REDACTED:phone].");
    EXPECT_FALSE(base_has("quibblewort"));
    EXPECT_TRUE(store->verify({}).empty());
    EXPECT_EQ(read(*store).redacted, 0U);
}

TEST_F(RedactionTest, FewerKindsReadTheSourcesAgain) {
    write("a.txt", "Ask ada@lovelace.io or call +41791234567.");
    const auto store = open();
    static_cast<void>(read(*store, all));
    static_cast<void>(read(*store, std::vector<std::string>{"phone"}));
    EXPECT_EQ(text_of(*store, uri("a.txt")), "Ask ada@lovelace.io or call [REDACTED:phone].");
    static_cast<void>(read(*store, std::vector<std::string>{}));
    EXPECT_EQ(text_of(*store, uri("a.txt")), "Ask ada@lovelace.io or call +41791234567.");
    EXPECT_TRUE(store->verify({}).empty());
}

}  // namespace
}  // namespace quarry::ingest
