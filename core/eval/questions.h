#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::eval {

/// What a question's answer should come from: a document, or a span of its text.
struct ExpectedSource {
    std::string source;  ///< As written: a path, a JSONL id, the name of a corpus.
    /// Offsets in code points of the document's text.
    std::optional<std::size_t> start, end;
    std::string text;   ///< The span's text: checked where there are offsets, searched for where there are none.
    int relevance = 1;  ///< Grade; more is better.
};

/// A line of a file of questions.
struct Question {
    std::string id;  ///< "id", else the number of the line.
    std::string text;
    std::vector<ExpectedSource> expected;  ///< None where the line is about answers alone.
    std::size_t line = 0;
    // In a file for answers:
    /// What the answer must say; of each, one of these.
    std::vector<std::vector<std::string>> facts{};
    bool answerable = true;  ///< False when the documents do not say.
};

/// What a file of questions is for.
enum class QuestionsFor {
    retrieval,  ///< One names sources at least; the others may be about answers alone.
    /// Each may name sources, "facts" (a list of texts, or of lists of which one will do) and "answerable": false;
    /// none is needed.
    answers,
};

/// Reads questions, one JSON object a line: "question", and either "source" (a name or a list of names), with "text" or
/// "start" and "end" for a span, and "relevance"; or "references", a list of such objects. The names of Chroma's
/// chunking evaluation are understood too: "corpus" or "corpus_id" for the source, "start_index", "end_index" and
/// "content". Throws Error(failed) with file and line for anything else, an id that was there before, and a file with
/// no question, or for retrieval none that names a source.
[[nodiscard]] std::vector<Question> read_questions(const std::filesystem::path& file,
                                                   QuestionsFor use = QuestionsFor::retrieval);

/// An expected source, found in a base.
struct ResolvedSource {
    std::int64_t document_id = 0;
    std::size_t start_byte = 0, end_byte = 0;  ///< Both 0 for the whole document.
    int relevance = 1;

    [[nodiscard]] bool is_span() const noexcept { return end_byte > start_byte; }
};

struct ResolvedQuestion {
    std::string id;
    std::string text;
    std::vector<ResolvedSource> expected;
};

/// A document that a question names.
struct NamedDocument {
    std::int64_t id = 0;
    std::string text;
};

/// Finds what the questions name; `find` gives the document of a source, or nothing. Throws Error(failed), naming
/// `file` and line, when there is no such document, its text has no such span, or the text at the span is another.
[[nodiscard]] std::vector<ResolvedQuestion> resolve_questions(
    const std::vector<Question>& questions, const std::filesystem::path& file,
    const std::function<std::optional<NamedDocument>(const std::string& source)>& find);

}  // namespace quarry::eval
