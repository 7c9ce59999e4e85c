// Questions with the places that answer them.

#include "core/eval/questions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/eval/collection_file.h"

namespace quarry::eval {
namespace {

constexpr const char* questions_layout =
    R"(a line is {"question": "…", "source": "FILE"}, with "text": "…" (a quotation) for a span of it, )"
    R"(or with "references": [{"source": "FILE", "start": 10, "end": 20}, …])";

constexpr const char* answers_layout =
    R"(a line is {"question": "…", "facts": ["…", ["…", "or this"]], "source": "FILE", "text": "…"}, )"
    R"(or {"question": "…", "answerable": false})";

/// Reads one line's object; every complaint names the line.
class QuestionReader {
public:
    QuestionReader(const CollectionFile& file, const nlohmann::json& object, std::size_t line, QuestionsFor use)
        : file_(file), object_(object), line_(line), use_(use) {}

    [[nodiscard]] Question read() const {
        Question question;
        question.line = line_;
        const nlohmann::json* id = field(object_, {"id", "_id"});
        if (id != nullptr && !id->is_string() && !id->is_number_integer()) file_.refuse(line_, "\"id\" is not a text");
        question.id = id == nullptr ? std::to_string(line_) : id->is_string() ? id->get<std::string>() : id->dump();
        question.text = text_of(object_, {"question", "query"}).value_or("");
        if (trim(question.text).empty()) file_.refuse(line_, "\"question\" is missing or empty");
        const std::vector<std::string> sources = sources_of(object_);
        if (const nlohmann::json* references = field(object_, {"references", "expected"})) {
            if (!references->is_array()) file_.refuse(line_, "\"references\" is not a list");
            for (const nlohmann::json& reference : *references) {
                if (!reference.is_object()) file_.refuse(line_, "a reference is not an object");
                std::vector<std::string> own = sources_of(reference);
                add(reference, own.empty() ? sources : own, question.expected);
            }
        } else if (!sources.empty() || has_span()) {
            add(object_, sources, question.expected);
        }
        if (use_ == QuestionsFor::answers) add_facts(question);
        return question;
    }

private:
    using Names = std::initializer_list<const char*>;

    /// The first of these fields that is there and not null.
    static const nlohmann::json* field(const nlohmann::json& object, Names names) {
        for (const char* name : names) {
            const auto found = object.find(name);
            if (found != object.end() && !found->is_null()) return &*found;
        }
        return nullptr;
    }

    [[nodiscard]] std::optional<std::string> text_of(const nlohmann::json& object, Names names) const {
        const nlohmann::json* found = field(object, names);
        if (found == nullptr) return std::nullopt;
        if (!found->is_string()) file_.refuse(line_, fmt::format("\"{}\" is not a text", *names.begin()));
        return found->get<std::string>();
    }

    [[nodiscard]] std::optional<std::size_t> offset_of(const nlohmann::json& object, Names names) const {
        const nlohmann::json* found = field(object, names);
        if (found == nullptr) return std::nullopt;
        if (!found->is_number_unsigned()) {
            file_.refuse(line_, fmt::format("\"{}\" must be a whole number, 0 or more", *names.begin()));
        }
        return found->get<std::size_t>();
    }

    [[nodiscard]] std::vector<std::string> sources_of(const nlohmann::json& object) const {
        const nlohmann::json* found = field(object, {"source", "sources", "corpus", "corpus_id"});
        if (found == nullptr) return {};
        if (found->is_string()) return {found->get<std::string>()};
        std::vector<std::string> sources;
        if (!found->is_array()) file_.refuse(line_, "\"source\" must be a text or a list of texts");
        for (const nlohmann::json& source : *found) {
            if (!source.is_string()) file_.refuse(line_, "\"source\" has an element that is not a text");
            sources.push_back(source.get<std::string>());
        }
        return sources;
    }

    /// Whether a span is given, which is of a source.
    [[nodiscard]] bool has_span() const {
        return use_ == QuestionsFor::retrieval &&
               field(object_, {"text", "content", "start", "start_index", "end", "end_index"}) != nullptr;
    }

    void add_facts(Question& question) const {
        if (const nlohmann::json* answerable = field(object_, {"answerable"})) {
            if (!answerable->is_boolean()) file_.refuse(line_, "\"answerable\" must be true or false");
            question.answerable = answerable->get<bool>();
        }
        const nlohmann::json* const facts = field(object_, {"facts"});
        if (facts != nullptr && !facts->is_array()) file_.refuse(line_, "\"facts\" is not a list");
        for (const nlohmann::json& fact : facts == nullptr ? nlohmann::json::array() : *facts) {
            std::vector<std::string>& ways = question.facts.emplace_back();
            for (const nlohmann::json& way : fact.is_array() ? fact : nlohmann::json::array({fact})) {
                if (!way.is_string() || trim(way.get<std::string>()).empty()) {
                    file_.refuse(line_, "a fact must be a text or a list of texts");
                }
                ways.push_back(way.get<std::string>());
            }
            if (ways.empty()) file_.refuse(line_, "a fact is empty");
        }
        if (!question.answerable && !(question.facts.empty() && question.expected.empty())) {
            file_.refuse(line_, "it is marked as not answerable, but has facts or sources");
        }
    }

    void add(const nlohmann::json& object, const std::vector<std::string>& sources,
             std::vector<ExpectedSource>& expected) const {
        if (sources.empty()) file_.refuse(line_, "\"source\" is missing");
        ExpectedSource one;
        one.text = text_of(object, {"text", "content"}).value_or("");
        one.start = offset_of(object, {"start", "start_index"});
        one.end = offset_of(object, {"end", "end_index"});
        if (one.start.has_value() != one.end.has_value())
            file_.refuse(line_, "\"start\" and \"end\" must be given together");
        if (one.start && *one.start >= *one.end) file_.refuse(line_, "\"start\" must be less than \"end\"");
        if (const nlohmann::json* relevance = field(object, {"relevance"})) {
            if (!relevance->is_number_integer()) file_.refuse(line_, "\"relevance\" must be a whole number");
            one.relevance = relevance->get<int>();
        }
        for (const std::string& source : sources) {
            one.source = source;
            expected.push_back(one);
        }
    }

    const CollectionFile& file_;
    const nlohmann::json& object_;
    std::size_t line_;
    QuestionsFor use_;
};

/// Byte offset of a code point, or nothing when the text has fewer.
std::optional<std::size_t> byte_of_code_point(std::string_view text, std::size_t index) {
    std::size_t at = 0;
    for (; index > 0 && at < text.size(); --index) {
        ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
    }
    return index == 0 ? std::optional(at) : std::nullopt;
}

/// Why the span is not in the text; empty when it is, and `resolved` is set.
std::string find_span(const ExpectedSource& expected, std::string_view text, ResolvedSource& resolved) {
    if (expected.start) {
        const auto begin = byte_of_code_point(text, *expected.start);
        const auto end = byte_of_code_point(text, *expected.end);
        if (!begin || !end) return fmt::format("{} has only {} characters", expected.source, count_code_points(text));
        if (!expected.text.empty() && text.substr(*begin, *end - *begin) != expected.text) {
            return fmt::format("{} has another text from character {} to {}: \"{}\"", expected.source, *expected.start,
                               *expected.end, one_line(text.substr(*begin, *end - *begin), 60));
        }
        resolved.start_byte = *begin;
        resolved.end_byte = *end;
    } else if (!expected.text.empty()) {
        const std::size_t at = text.find(expected.text);
        if (at == std::string_view::npos) {
            return fmt::format("{} does not have the text \"{}\"", expected.source, one_line(expected.text, 60));
        }
        resolved.start_byte = at;
        resolved.end_byte = at + expected.text.size();
    }
    return {};
}

}  // namespace

std::vector<Question> read_questions(const std::filesystem::path& path, QuestionsFor use) {
    const CollectionFile file(path, use == QuestionsFor::answers ? answers_layout : questions_layout);
    std::vector<Question> questions;
    std::unordered_set<std::string> seen;
    file.for_each_line([&](std::string_view line, std::size_t number) {
        const auto object = parse_bounded_json(line);
        if (!object.is_object()) file.refuse(number, "the line is not a JSON object");
        questions.push_back(QuestionReader(file, object, number, use).read());
        if (!seen.insert(questions.back().id).second) {
            file.refuse(number, fmt::format("the id {} occurs twice", one_line(questions.back().id, 80)));
        }
    });
    const bool usable = use == QuestionsFor::answers
                            ? !questions.empty()
                            : std::any_of(questions.begin(), questions.end(),
                                          [](const Question& question) { return !question.expected.empty(); });
    if (!usable) {
        throw Error(ErrorCode::failed, fmt::format("cannot use {}", path.string()), questions_layout)
            .because(questions.empty() ? "it has no question" : "no question in it names a source");
    }
    return questions;
}

std::vector<ResolvedQuestion> resolve_questions(
    const std::vector<Question>& questions, const std::filesystem::path& path,
    const std::function<std::optional<NamedDocument>(const std::string&)>& find) {
    const CollectionFile file(path,
                              "quarry docs ls lists the documents, quarry docs show --text prints the text of one");
    std::map<std::string, std::optional<NamedDocument>, std::less<>> found;
    std::vector<ResolvedQuestion> resolved;
    for (const Question& question : questions) {
        ResolvedQuestion& one = resolved.emplace_back(ResolvedQuestion{question.id, question.text, {}});
        for (const ExpectedSource& expected : question.expected) {
            auto at = found.find(expected.source);
            if (at == found.end()) at = found.emplace(expected.source, find(expected.source)).first;
            if (!at->second) file.refuse(question.line, fmt::format("there is no document {}", expected.source));
            ResolvedSource source{at->second->id, 0, 0, expected.relevance};
            if (std::string why = find_span(expected, at->second->text, source); !why.empty()) {
                file.refuse(question.line, std::move(why));
            }
            one.expected.push_back(source);
        }
    }
    return resolved;
}

}  // namespace quarry::eval
