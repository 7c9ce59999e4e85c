#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/app/services.h"

namespace quarry::app {

/// What `quarry embed train` was given.
struct EmbedTrainOptions {
    std::vector<std::string>
        corpus;          ///< Files and folders; empty: the knowledge base's passages, unless there are pairs.
    std::string pairs;   ///< File of pairs; may be empty.
    std::string output;  ///< Where the table goes.
};

/// What the table was made from.
struct EmbedTrainReport {
    std::uint64_t bytes = 0;  ///< Of the file.
    std::uint64_t passages = 0, pairs = 0, words = 0;
    double seconds = 0;
};

/// Makes a table of word vectors and writes it.
EmbedTrainReport train_embedder(Services& services, const EmbedTrainOptions& options);

}  // namespace quarry::app
