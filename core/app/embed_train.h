#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/app/services.h"
#include "core/wire/embed_json.h"

namespace quarry::app {

/// What a table is trained on, and how.
struct EmbedTrainOptions {
    std::vector<std::string>
        corpus;          ///< Files and folders; empty: the knowledge base's passages, unless there are pairs.
    std::string pairs;   ///< File of pairs; may be empty.
    std::string output;  ///< Where the table goes.
};

/// Makes a table of word vectors and writes it.
wire::EmbedTrainReport train_embedder(Services& services, const EmbedTrainOptions& options);

}  // namespace quarry::app
