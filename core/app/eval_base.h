#pragma once

#include <string>
#include <vector>

#include "core/app/eval_settings.h"
#include "core/app/services.h"
#include "core/eval/answers.h"
#include "core/eval/questions.h"
#include "core/store/store.h"

namespace quarry::app {

/// Where a base's own questions are: eval.jsonl beside quarry.toml, or in the working folder. Throws Error(usage) when
/// there is none.
[[nodiscard]] std::string default_questions(const Services& services);

/// Reads questions and finds their sources in a base: by their name in it, as a path from here or from the file's
/// folder. Sources outside the collections are not there. Those that name no source are left out, and added to
/// `skipped`. Throws Error(failed) with file and line.
[[nodiscard]] std::vector<eval::ResolvedQuestion> base_questions(const store::Store& store, const std::string& file,
                                                                 const store::CollectionNames& collections,
                                                                 std::size_t& skipped);

/// The same of questions with expected answers (QuestionsFor::answers).
[[nodiscard]] std::vector<eval::AnswerExpectation> base_answer_questions(const store::Store& store,
                                                                         const std::string& file,
                                                                         const store::CollectionNames& collections);

/// What people said of answers, as questions with expected answers, in `services`' base. A document that has changed
/// since and no longer has the words that were cited counts as a whole, one that is gone or may not be read not at all;
/// how many did is a note. Throws Error(usage) when nobody said anything that can be measured.
[[nodiscard]] std::vector<eval::AnswerExpectation> feedback_questions(const Services& services,
                                                                      const store::Store& store);

/// Throws Error(usage) for a filter of a collection's documents, which have nothing that it could go by.
void refuse_filter(const store::ChunkFilter& filter);
/// Throws Error(nothing_found) for a filter that lets no passage of the base through.
void check_filter(const store::Store& store, const store::ChunkFilter& filter);

/// Throws Error(usage) when a configuration would cut or embed otherwise: the base is measured as it is.
void refuse_changed_base(const config::Config& config, const std::vector<NamedConfig>& named);

}  // namespace quarry::app
