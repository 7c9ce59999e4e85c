#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/answer/answer_event.h"
#include "core/app/services.h"
#include "core/serve/route.h"
#include "core/serve/run_log.h"

namespace quarry::serve {

/// Answers a question by `answer` and adds what happens to the run, which ends then. What goes wrong is the last event,
/// as its caller may read it; nothing is thrown.
void answer_into(
    const std::shared_ptr<Run>& run, const std::string& question, const Call& call,
    const std::function<void(const app::RequestScope& scope, const answer::AnswerEventSink& sink)>& answer);

}  // namespace quarry::serve
