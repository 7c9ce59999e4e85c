// Asks a question and prints what happens, an event a line: how a server answers with quarry's libraries.
//
//     ask BASE QUESTION...    (BASE is the file of a knowledge base, .quarry/base.db)
#include <cstdint>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "core/app/answer_service.h"
#include "core/wire/answer_json.h"
#include "core/wire/document.h"
#include "core/wire/error_json.h"

int main(int argc, char** argv) {
    using namespace quarry;
    if (argc < 3) {
        std::cerr << "usage: ask BASE QUESTION...\n";
        return static_cast<int>(ErrorCode::usage);
    }
    std::string question = argv[2];
    for (int i = 3; i < argc; ++i) question += std::string(" ") + argv[i];

    const config::Config settings = config::Config::defaults();
    const auto no_environment = [](const std::string&) { return std::optional<std::string>(); };
    const auto clock = [] { return static_cast<std::int64_t>(std::time(nullptr)); };
    const Cancellation cancel;  // a server sets it when the client disconnects
    app::SilentNotices notices;
    app::Workspace workspace({settings, no_environment, argv[1], cancel, notices, clock});
    try {
        const auto print = [&](const answer::AnswerEvent& event) {
            std::cout << wire::line_text(wire::answer_event_json(question, event)) << std::endl;
        };
        static_cast<void>(app::AnswerService(workspace).answer({.question = question}, print, {cancel, notices, clock}));
        return 0;
    } catch (const Error& error) {
        return static_cast<int>(error.code());
    }
}
