// The providers: a line each.
#include "core/llm/provider.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/llm/protocol.h"

namespace quarry::llm {
namespace {

constexpr std::string_view bearer_header = "Authorization";

// vLLM, LM Studio and llama-server want no key on the user's own machine; chat.api_key_env names one where they do.
constexpr auto chat_services = std::to_array<ChatService>({
    {.provider = {"openai", "https://api.openai.com/v1", "OPENAI_API_KEY"},
     .protocol = &openai_chat_protocol,
     .key_header = bearer_header,
     .newer_limit_name = true},
    {.provider = {"anthropic", "https://api.anthropic.com", "ANTHROPIC_API_KEY"},
     .protocol = &anthropic_chat_protocol,
     .key_header = "x-api-key",
     .version_header = "anthropic-version: 2023-06-01"},
    {.provider = {"gemini", "https://generativelanguage.googleapis.com/v1beta", "GEMINI_API_KEY"},
     .protocol = &gemini_chat_protocol,
     .key_header = "x-goog-api-key"},
    {.provider = {"ollama", "http://localhost:11434", ""},
     .protocol = &ollama_chat_protocol,
     .key_header = bearer_header},
    {.provider = {"azure", "", "AZURE_OPENAI_API_KEY"},
     .protocol = &azure_chat_protocol,
     .key_header = "api-key",
     .newer_limit_name = true},
    {.provider = {"mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY"},
     .protocol = &openai_chat_protocol,
     .key_header = bearer_header,
     .asks_for_usage = false},  // it tells, and refuses the question
    {.provider = {"groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY"},
     .protocol = &openai_chat_protocol,
     .key_header = bearer_header},
    {.provider = {"openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"},
     .protocol = &openai_chat_protocol,
     .key_header = bearer_header},
    {.provider = {"deepseek", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY"},
     .protocol = &openai_chat_protocol,
     .key_header = bearer_header},
    {.provider = {"together", "https://api.together.xyz/v1", "TOGETHER_API_KEY"},
     .protocol = &openai_chat_protocol,
     .key_header = bearer_header},
    {.provider = {"vllm", "http://localhost:8000/v1", ""},
     .protocol = &openai_chat_protocol,
     .key_header = bearer_header},
    {.provider = {"lmstudio", "http://localhost:1234/v1", ""},
     .protocol = &openai_chat_protocol,
     .key_header = bearer_header},
    {.provider = {"llama-server", "http://localhost:8080/v1", ""},
     .protocol = &openai_chat_protocol,
     .key_header = bearer_header},
});

}  // namespace

const ChatService* find_chat_service(std::string_view name) {
    const auto* const found = std::find_if(chat_services.begin(), chat_services.end(),
                                           [name](const ChatService& one) { return one.provider.name == name; });
    return found == chat_services.end() ? nullptr : found;
}

std::span<const ChatProvider> chat_providers() {
    static const std::vector<ChatProvider> providers = [] {
        std::vector<ChatProvider> all;
        for (const ChatService& service : chat_services) all.push_back(service.provider);
        return all;
    }();
    return providers;
}

const ChatProvider* find_chat_provider(std::string_view name) {
    const ChatService* const service = find_chat_service(name);
    return service == nullptr ? nullptr : &service->provider;
}

}  // namespace quarry::llm
