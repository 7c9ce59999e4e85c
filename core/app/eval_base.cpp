// A knowledge base's own questions.
#include "core/app/eval_base.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <utility>

#include "core/app/feedback_archive.h"
#include "core/app/knowledge_base.h"

namespace quarry::app {

std::string default_questions(const Services& services) {
    constexpr const char* name = "eval.jsonl";
    if (const auto& project = services.config.project_folder()) {
        if (std::filesystem::is_regular_file(*project / name)) return (*project / name).string();
    }
    if (std::filesystem::is_regular_file(name)) return name;
    throw Error(ErrorCode::usage, "there are no questions to ask",
                "write some into eval.jsonl, one per line: {\"question\": \"…\", \"source\": \"guide.md\"}; or name a "
                "test collection: quarry eval retrieval FOLDER")
        .because("there is no eval.jsonl beside quarry.toml or here");
}

namespace {

/// Finds documents by name among those of some collections.
class DocumentFinder {
public:
    DocumentFinder(const store::Store& store, const store::CollectionNames& collections)
        : store_(store), visible_(in(collections)), matcher_(visible_) {}

    DocumentFinder(const DocumentFinder&) = delete;
    DocumentFinder& operator=(const DocumentFinder&) = delete;

    [[nodiscard]] std::optional<eval::NamedDocument> find(const std::optional<store::Source>& source) const {
        if (!source || !source->document_id || !matcher_.holds_for_collection(source->collection)) return std::nullopt;
        return eval::NamedDocument{*source->document_id, store_.document_text(*source->document_id).value_or("")};
    }

private:
    static store::ChunkFilter in(const store::CollectionNames& collections) {
        store::ChunkFilter filter;
        filter.collections = collections;
        return filter;
    }

    const store::Store& store_;
    const store::ChunkFilter visible_;  ///< The matcher refers to it.
    const store::SourceMatcher matcher_;
};

std::vector<eval::ResolvedQuestion> resolve_in_base(const store::Store& store,
                                                    const std::vector<eval::Question>& questions,
                                                    const std::string& file,
                                                    const store::CollectionNames& collections) {
    const std::filesystem::path folder = std::filesystem::path(file).parent_path();
    const DocumentFinder finder(store, collections);
    return eval::resolve_questions(questions, file, [&](const std::string& name) {
        std::optional<store::Source> source = store.source(source_uri(store, name));
        if (!source && std::filesystem::path(name).is_relative()) {
            source = store.source(source_uri(store, (folder / name).string()));
        }
        return finder.find(source);
    });
}

}  // namespace

std::vector<eval::ResolvedQuestion> base_questions(const store::Store& store, const std::string& file,
                                                   const store::CollectionNames& collections, std::size_t& skipped) {
    std::vector<eval::ResolvedQuestion> questions =
        resolve_in_base(store, eval::read_questions(file), file, collections);
    skipped +=
        std::erase_if(questions, [](const eval::ResolvedQuestion& question) { return question.expected.empty(); });
    return questions;
}

std::vector<eval::AnswerExpectation> base_answer_questions(const store::Store& store, const std::string& file,
                                                           const store::CollectionNames& collections) {
    std::vector<eval::Question> questions = eval::read_questions(file, eval::QuestionsFor::answers);
    std::vector<eval::ResolvedQuestion> resolved = resolve_in_base(store, questions, file, collections);
    std::vector<eval::AnswerExpectation> expected;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        expected.push_back({std::move(questions[i]), std::move(resolved[i].expected)});
    }
    return expected;
}

std::vector<eval::AnswerExpectation> feedback_questions(const Services& services, const store::Store& store) {
    const DocumentFinder finder(store, services.access.readable);
    std::vector<eval::AnswerExpectation> expected;
    std::size_t changed = 0;
    for (eval::Question& question : FeedbackArchive(services).questions()) {
        eval::AnswerExpectation one{std::move(question), {}};
        for (const eval::ExpectedSource& source : one.question.expected) {
            const auto document = finder.find(store.source(source.source));
            if (!document) continue;
            const std::size_t at = document->text.find(source.text);
            const bool is_there = at != std::string::npos && !source.text.empty();
            if (!is_there) ++changed;
            one.sources.push_back({.document_id = document->id,
                                   .start_byte = is_there ? at : 0,
                                   .end_byte = is_there ? at + source.text.size() : 0});
        }
        if (one.sources.empty() && one.question.facts.empty() && one.question.answerable) continue;
        expected.push_back(std::move(one));
    }
    if (expected.empty()) {
        throw Error(ErrorCode::usage, "there are no judged answers to measure with",
                    "judge answers with the thumbs of the page that quarry serve shows, or give a file of questions");
    }
    if (changed > 0) {
        services.notices.note(fmt::format("{} cited in judged answers has changed since: the whole document counts",
                                          changed == 1 ? "a passage" : fmt::format("{} passages", changed)));
    }
    return expected;
}

void refuse_filter(const store::ChunkFilter& filter) {
    if (filter.empty()) return;
    throw Error(ErrorCode::usage, "filters work only for questions about your own knowledge base",
                "leave out --path, --type and other filters, or give a file of questions")
        .because("documents of a test collection have no paths and types");
}

void check_filter(const store::Store& store, const store::ChunkFilter& filter) {
    if (filter.empty() || !store.chunk_ids({filter, {}}, 0, 1).empty()) return;
    throw Error(ErrorCode::nothing_found, "no document fits the filter",
                "quarry docs ls --json shows what filters can match");
}

void refuse_changed_base(const config::Config& config, const std::vector<NamedConfig>& named) {
    for (const NamedConfig& one : named) {
        for (const config::ConfigKey& key : config::config_keys()) {
            if (!key.name.starts_with("chunk.") && !key.name.starts_with("embed.")) continue;
            if (one.config.text(key.name) == config.text(key.name)) continue;
            throw Error(
                ErrorCode::usage, fmt::format("{} cannot be compared on an existing knowledge base", key.name),
                "quarry eval chunking compares chunk.*; or make a second base with --base and the other setting")
                .because("its documents were cut and embedded when they were read in");
        }
    }
}

}  // namespace quarry::app
