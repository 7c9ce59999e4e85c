#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/answer/answer_event.h"
#include "core/app/services.h"
#include "core/serve/route.h"
#include "core/serve/run_log.h"

namespace quarry::serve {

/// Answers a request with the events of a run that begins, or with 202 where it asks for the background, and gives the
/// run; null for a request that wants the answer itself. `kind` is what the log calls the run.
[[nodiscard]] std::shared_ptr<Run> begin_answer(const Call& call, const char* kind);
/// The property of a request that asks for the background, and the responses of a route that begins answers.
[[nodiscard]] Json background_property();
[[nodiscard]] std::vector<RouteResponse> answer_responses();
/// Answers the question of a checked body of POST /api/v1/ask, without `background`, as answer_into does.
void answer_question(const std::shared_ptr<Run>& run, const Call& call);

/// Answers a question by `answer` and adds what happens to the run, which ends then. What goes wrong is the last event,
/// as its caller may read it; nothing is thrown.
void answer_into(
    const std::shared_ptr<Run>& run, const std::string& question, const Call& call,
    const std::function<void(const app::RequestScope& scope, const answer::AnswerEventSink& sink)>& answer);

/// Whether the client would rather have a stream: it names the type, which "*/*" does not.
[[nodiscard]] bool wants_stream(const net::Request& request);
/// The events of a run behind number `after`.
[[nodiscard]] net::Response stream_response(const Call& call, const std::shared_ptr<Run>& run, std::uint64_t after);
/// The same for one who comes back: 204 where all is read.
[[nodiscard]] net::Response read_events(const Call& call, const std::shared_ptr<Run>& run, std::uint64_t after);
/// Behind which event a reader goes on: the number in "RUN/NUMBER", or a number alone. 0 for what is none, and a number
/// that no event has for the id of another run.
[[nodiscard]] std::uint64_t position_of(std::string_view last_id, const Run& run);

/// What the event `failed` says, numbered `number`; without a number for 0.
[[nodiscard]] std::string failed_event(const Error& error, std::uint64_t number);

}  // namespace quarry::serve
