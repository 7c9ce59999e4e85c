#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/eval_settings.h"
#include "core/eval/answers.h"
#include "core/eval/questions.h"
#include "core/store/store.h"

namespace quarry::cli {

/// Where a base's own questions are: eval.jsonl beside quarry.toml, or in the working folder. Throws Error(usage) when
/// there is none.
[[nodiscard]] std::string default_questions(const Context& context);

/// Reads questions and finds their sources in a base: by their name in it, as a path from here or from the file's
/// folder. Those that name no source are left out, and added to `skipped`. Throws Error(failed) with file and line.
[[nodiscard]] std::vector<ResolvedQuestion> base_questions(const Store& store, const std::string& file,
                                                           std::size_t& skipped);

/// The same of questions with expected answers (QuestionsFor::answers).
[[nodiscard]] std::vector<AnswerExpectation> base_answer_questions(const Store& store, const std::string& file);

/// Throws Error(usage) when a configuration would cut or embed otherwise: the base is measured as it is.
void refuse_changed_base(const Config& config, const std::vector<NamedConfig>& named);

}  // namespace quarry::cli
