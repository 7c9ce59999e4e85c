#pragma once

#include "core/answer/answer.h"
#include "core/tools/toolbox.h"

namespace quarry::app {

/// "search": finds passages of the base, which become sources of the answer. What is not given by the model (mode,
/// weights) is as in the options, of which prompt and history are not used. The store, and the embedder and the index
/// of the tools, are borrowed.
[[nodiscard]] std::unique_ptr<tools::Tool> make_search_tool(const store::Store& store, const answer::AnswerTools& tools,
                                                            answer::AnswerOptions options);

/// "read_document": a stretch of one document of the base, by the number of a source or by name, which becomes a
/// source of the answer. It reads the base and no files, and nothing that the filter leaves out. The store is borrowed.
[[nodiscard]] std::unique_ptr<tools::Tool> make_read_document_tool(const store::Store& store,
                                                                   store::ChunkFilter filter);

/// The number of a passage among the sources: of the same one when it is there, else behind the others.
[[nodiscard]] std::size_t add_source(std::vector<passages::Passage>& passages, passages::Passage passage);

}  // namespace quarry::app
