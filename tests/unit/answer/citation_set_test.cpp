// How well citations are checked: 300 statements over 30 documents, of five kinds (tests/data/citations.txt).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "core/answer/verify_answer.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

enum CitationKind { right, wrong_span, altered, unsupported, partly };
constexpr std::array<const char*, 5> kind_names = {"right", "wrong span", "altered", "unsupported", "partly"};

struct Statement {
    CitationKind kind = right;
    std::string document;
    std::string span;
    std::string text;
};

struct CitationSet {
    std::map<std::string, std::string> documents;
    std::vector<Statement> statements;
};

CitationSet read_set() {
    const std::string file = read_file(QUARRY_SOURCE_DIR "/tests/data/citations.txt", 1'000'000);
    CitationSet set;
    std::string document, span;
    for (const std::string_view line : split(file, '\n')) {
        const auto rest = [&](std::string_view mark) { return std::string(line.substr(mark.size())); };
        const auto add = [&](CitationKind kind, std::string text) {
            set.statements.push_back({kind, document, span, std::move(text)});
        };
        if (line.starts_with("# ") && document.empty()) continue;
        if (line.starts_with("== ")) {
            document = rest("== ");
            span.clear();
        } else if (line.starts_with("@ ")) {
            span = rest("@ ");
        } else if (line.starts_with("right: ")) {
            add(right, rest("right: "));
            add(wrong_span, rest("right: "));
        } else if (line.starts_with("altered: ")) {
            add(altered, rest("altered: "));
        } else if (line.starts_with("unsupported: ")) {
            add(unsupported, rest("unsupported: "));
        } else if (line.starts_with("partly: ")) {
            add(partly, rest("partly: "));
        } else {
            set.documents[document].append(line).push_back('\n');
        }
    }
    return set;
}

void store_documents(const CitationSet& set, store::Store& store) {
    for (const auto& [name, text] : set.documents) {
        store::PreparedSource source;
        source.source.uri = name;
        source.source.content_hash = content_hash(text);
        source.chunks.push_back({0, text.size(), 1, 1, {}});
        source.document.emplace();
        source.document->text = text;
        source.document->media_type = "text/plain";
        source.document->title = name;
        store.put({&source, 1});
    }
}

/// The statement as an answer that was saved.
SavedAnswer saved(const CitationSet& set, const Statement& statement, std::size_t index) {
    const std::string& text = set.documents.at(statement.document);
    Citation citation;
    citation.number = 1;
    citation.uri = statement.document;
    citation.start_byte = text.find(statement.span);
    EXPECT_NE(citation.start_byte, std::string::npos) << statement.span;
    if (statement.kind == wrong_span) {  // before, behind, or beyond the end
        constexpr std::array<std::size_t, 3> shifts = {static_cast<std::size_t>(-3), 4, 100'000};
        citation.start_byte += shifts[index % shifts.size()];
    }
    citation.end_byte = citation.start_byte + statement.span.size();
    citation.quote = statement.span;
    citation.sha256 = sha256(statement.span);
    SavedAnswer answer;
    std::string words = statement.text;
    answer.text = words + " [1]";
    answer.citations = {citation};
    return answer;
}

CitationKind judged(const Verification& result) {
    if (result.citations.front().state != CitationState::unchanged) return wrong_span;
    CitationKind worst = right;
    for (const SentenceCheck& check : result.sentences) {
        if (check.altered_quote) return altered;
        if (check.verdict == Verdict::unsupported || check.verdict == Verdict::uncited) worst = unsupported;
        if (check.verdict == Verdict::partly && worst == right) worst = partly;
    }
    return worst;
}

TEST(CitationSet, PrecisionAndRecallByKind) {
    const CitationSet set = read_set();
    ASSERT_GE(set.documents.size(), 30U);
    ASSERT_EQ(set.statements.size(), 300U);
    const std::unique_ptr<store::Store> store = store::open_store_in_memory();
    store_documents(set, *store);

    const Cancellation never;
    std::array<std::array<int, 5>, 5> counts{};  // by truth, then by judgement
    for (std::size_t i = 0; i < set.statements.size(); ++i) {
        const Statement& statement = set.statements[i];
        const Verification result = verify_answer(*store, saved(set, statement, i), {}, nullptr, never);
        ASSERT_EQ(result.citations.size(), 1U);
        const CitationKind kind = judged(result);
        ++counts[statement.kind][kind];
        if (kind != statement.kind && std::getenv("QUARRY_SHOW_MISSES") != nullptr) {
            std::cout << kind_names[statement.kind] << " taken for " << kind_names[kind] << ": " << statement.text
                      << '\n';
            for (const SentenceCheck& check : result.sentences) {
                for (const std::string& problem : check.problems) std::cout << "    " << problem << '\n';
            }
        }
    }
    constexpr std::array<double, 5> floors = {0.9, 0.95, 0.95, 0.9, 0.9};
    for (std::size_t kind = 0; kind < kind_names.size(); ++kind) {
        int found = 0, all = 0;
        for (std::size_t other = 0; other < kind_names.size(); ++other) {
            found += counts[other][kind];
            all += counts[kind][other];
        }
        const double precision = found == 0 ? 0 : static_cast<double>(counts[kind][kind]) / found;
        const double recall = static_cast<double>(counts[kind][kind]) / all;
        std::cout << fmt::format("{:<12} precision {:.3f} recall {:.3f}\n", kind_names[kind], precision, recall);
        EXPECT_GE(precision, floors[kind]) << kind_names[kind];
        EXPECT_GE(recall, floors[kind]) << kind_names[kind];
    }
}

}  // namespace
}  // namespace quarry::answer
