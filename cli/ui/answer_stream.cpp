#include "cli/ui/answer_stream.h"

#include <ostream>

namespace quarry::cli {

void AnswerStream::print(std::string_view text) {
    if (text.empty()) return;
    out_.result() << text << std::flush;
    line_open_ = !text.ends_with('\n');
}

void AnswerStream::write(std::string_view piece) {
    print(out_.options().out_is_terminal ? view_.feed(piece) : std::string(piece));
}

void AnswerStream::finish() {
    if (out_.options().out_is_terminal) print(view_.finish());
    if (line_open_) print("\n");
}

}  // namespace quarry::cli
