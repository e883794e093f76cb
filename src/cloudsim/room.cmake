patrol_embed(patrol_cloudsim demo_scenario ${CMAKE_CURRENT_SOURCE_DIR}/cloudsim/scenarios/demo.yaml)
