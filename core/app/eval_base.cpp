// A knowledge base's own questions.
#include "core/app/eval_base.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

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

std::vector<eval::ResolvedQuestion> resolve_in_base(const store::Store& store,
                                                    const std::vector<eval::Question>& questions,
                                                    const std::string& file,
                                                    const store::CollectionNames& collections) {
    const std::filesystem::path folder = std::filesystem::path(file).parent_path();
    store::ChunkFilter visible;
    visible.collections = collections;
    const store::SourceMatcher matcher(visible);
    return eval::resolve_questions(questions, file, [&](const std::string& name) -> std::optional<eval::NamedDocument> {
        std::optional<store::Source> source = store.source(source_uri(store, name));
        if (!source && std::filesystem::path(name).is_relative()) {
            source = store.source(source_uri(store, (folder / name).string()));
        }
        if (!source || !source->document_id || !matcher.holds_for_collection(source->collection)) {
            return std::nullopt;
        }
        return eval::NamedDocument{*source->document_id, store.document_text(*source->document_id).value_or("")};
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
