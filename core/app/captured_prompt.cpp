// What a model would be sent, shown instead.
#include "core/app/captured_prompt.h"

#include <string>

#include "core/app/chat_models.h"
#include "core/llm/protocol.h"

namespace quarry::app {
namespace {

class CapturingChatModel final : public llm::ChatModel {
public:
    CapturingChatModel(const config::Config& config, llm::ChatRequest& captured)
        : choice_(configured_chat(config)), service_(llm::find_chat_service(choice_.provider)), noted_(captured) {}

    [[nodiscard]] std::string name() const override { return choice_.model; }
    [[nodiscard]] bool takes_sources() const override {
        return service_ != nullptr && service_->protocol->takes_sources;
    }
    [[nodiscard]] llm::ChatResponse chat(const llm::ChatRequest& request, const llm::TextSink&,
                                         const Cancellation&) override {
        noted_ = request;
        throw PromptCaptured();
    }

private:
    const ChatChoice choice_;
    const llm::ChatService* const service_;
    llm::ChatRequest& noted_;
};

}  // namespace

std::unique_ptr<llm::ChatModel> make_capturing_chat_model(const config::Config& config, llm::ChatRequest& captured) {
    return std::make_unique<CapturingChatModel>(config, captured);
}

}  // namespace quarry::app
