// quarry cache: the group.
#include "cli/line/command.h"

namespace quarry::cli {
namespace {

class CacheCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "cache",
                .summary = "show and clear cached answers and query vectors",
                .description =
                    "What a model answered is kept in the knowledge base under a hash of the whole request: the model, "
                    "its server, the prompt with its passages, and all parameters. The same request is then answered "
                    "from there, at once and at no cost, until a document that it rests on changes or the answer is "
                    "too old (cache.max_age). Vectors of queries that a server or a program made are kept too.\n\n"
                    "--no-cache of ask, chat and batch looks nothing up and keeps nothing; cache.enabled = false does "
                    "so always.",
                .examples = {{"quarry cache stats", "how much is cached, and how often it was used"},
                             {"quarry cache clear", "forget it all"},
                             {"quarry ask --no-cache 'What is new?'", "ask the model again"}}};
    }
    void setup(OptionTable&) override {}
    [[nodiscard]] bool is_group() const override { return true; }
    [[nodiscard]] int run(Context&) override { return 0; }
};

}  // namespace

std::unique_ptr<Command> make_cache_command() { return std::make_unique<CacheCommand>(); }

}  // namespace quarry::cli
