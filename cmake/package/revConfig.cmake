# find_package(rev) gives the target rev::rev and the function rev_embed_revisions.
include(${CMAKE_CURRENT_LIST_DIR}/revTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/revEmbed.cmake)
