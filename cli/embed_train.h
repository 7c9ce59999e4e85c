#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace quarry::cli {

/// What `quarry embed train` was given.
struct EmbedTrainOptions {
    std::vector<std::string>
        corpus;          ///< Files and folders; empty: the knowledge base's passages, unless there are pairs.
    std::string pairs;   ///< File of pairs; may be empty.
    std::string output;  ///< Where the table goes.
};

/// Makes a table of word vectors, writes it and says what it was made from.
void train_embedder(Context& context, const EmbedTrainOptions& options);

}  // namespace quarry::cli
