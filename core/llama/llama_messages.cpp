// llama.cpp's log, kept off the terminal.
#include "core/llama/llama_messages.h"

#ifdef QUARRY_HAVE_LLAMA

#include <llama.h>

#include "core/base/text.h"

namespace quarry::llama {
namespace {

// llama.cpp has one log for the whole process, which runs on the thread that calls it.
thread_local std::string* first_llama_error = nullptr;

void keep_llama_message(ggml_log_level level, const char* text, void* /*data*/) {
    if (level == GGML_LOG_LEVEL_ERROR && first_llama_error != nullptr && first_llama_error->empty()) {
        *first_llama_error = std::string(trim(text));
    }
}

}  // namespace

LlamaMessages::LlamaMessages() : outer_(first_llama_error) {
    llama_log_set(keep_llama_message, nullptr);
    first_llama_error = &error_;
}

LlamaMessages::~LlamaMessages() { first_llama_error = outer_; }

std::string LlamaMessages::cause() const {
    if (error_.empty()) return "llama.cpp gives no reason";
    return one_line(strip_terminal_controls(error_), 200);
}

}  // namespace quarry::llama

#endif
