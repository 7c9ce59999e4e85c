#pragma once


#include <string_view>
#include <vector>

#include "core/answer/answer.h"

namespace quarry::cli {

class Output;

/// "Sources:" with each citation's place and quote; nothing when there are none.
void print_sources(Output& out, const answer::Answer& answer);
/// "Not supported by the sources:" with each sentence that is not wholly supported and why; nothing when all are.
void print_unsupported(Output& out, std::string_view answer, const std::vector<answer::SentenceCheck>& sentences);

}  // namespace quarry::cli
