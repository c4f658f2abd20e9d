class X < ActiveRecord::Migration[7.0]
end
